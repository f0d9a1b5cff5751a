import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { AgentTraceError } from '../agent-trace-error.ts';

/** Where one store's watcher keeps its files. `store` is the store's real path. */
export interface WatcherPaths {
  /** The endpoint file. */
  readonly endpoint: string;
  /** Folder of the store lock. */
  readonly lock: string;
}

export function watcherPaths(runtimeDir: string, store: string): WatcherPaths {
  const base = join(runtimeDir, 'watchers', digest(store));
  return { endpoint: `${base}.json`, lock: `${base}.lock` };
}

/** macOS has room for 104 bytes with the final zero in `sockaddr_un`, Linux for 108. */
const MAX_SOCKET_PATH_BYTES = 103;

/**
 * Path for the watcher's Unix socket: beside the endpoint file or, where that is too long for a socket, in a folder of
 * this user under `tmp`. Creates the folder. Throws AgentTraceError `refused` when somebody else has prepared it.
 */
export function unixSocketPath(runtimeDir: string, store: string, tmp = '/tmp'): string {
  const near = join(runtimeDir, 'watchers', `${digest(store)}.sock`);
  if (Buffer.byteLength(near) <= MAX_SOCKET_PATH_BYTES) {
    mkdirSync(join(runtimeDir, 'watchers'), { recursive: true, mode: 0o700 });
    return near;
  }
  const folder = join(tmp, `agent-trace-${process.getuid?.()}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  requirePrivateFolder(folder);
  // The folder is common to all runtime folders of this user.
  return join(folder, `${digest(`${runtimeDir}\0${store}`)}.sock`);
}

/** Anyone may create names in `/tmp`: only a real folder of ours, closed to others, is used. */
function requirePrivateFolder(folder: string): void {
  const stat = lstatSync(folder);
  const uid = process.getuid?.();
  if (!stat.isDirectory()) refuse(folder, 'is not a folder');
  if (stat.uid !== uid) refuse(folder, 'belongs to another user');
  if ((stat.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}

function refuse(folder: string, why: string): never {
  throw new AgentTraceError(
    'refused',
    `the folder for control sockets ${folder} ${why}; remove it, or set AGENT_TRACE_RUNTIME_DIR to a shorter path`,
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
