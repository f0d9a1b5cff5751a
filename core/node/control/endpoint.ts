import { rmSync } from 'node:fs';
import { writePrivateFile } from '../private-file.ts';
import { type Endpoint, hookEndpointFile, readEndpointFile } from './endpoint-file.ts';
import { watcherPaths } from './watcher-paths.ts';

/** Mode 0600, each of the two whole or not at all. Throws the system's error. */
export function writeEndpoint(runtimeDir: string, endpoint: Endpoint): void {
  const text = `${JSON.stringify(endpoint)}\n`;
  writePrivateFile(hookEndpointFile(runtimeDir, endpoint.store), text);
  writePrivateFile(watcherPaths(runtimeDir, endpoint.store).endpoint, text);
}

/** Does nothing when there is none. `forHooks`: their copy too, by which they know that a watcher should be there. */
export function removeEndpoint(runtimeDir: string, store: string, { forHooks = true } = {}): void {
  rmSync(watcherPaths(runtimeDir, store).endpoint, { force: true });
  if (forHooks) rmSync(hookEndpointFile(runtimeDir, store), { force: true });
}

/** See `readEndpointFile`. */
export function readEndpoint(runtimeDir: string, store: string): Endpoint | undefined {
  return readEndpointFile(watcherPaths(runtimeDir, store).endpoint, store);
}
