import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { build } from './build.ts';
import { packVsix } from './pack-vsix.ts';
import { command } from './steps.ts';

/** Environment variable with the path of the package that all files of a run test. */
export const PACKED_EXTENSION = 'AGENT_TRACE_TEST_VSIX';

/** Tests the extension in real editors: packed once, one editor at a time, each a server, a host and a browser. */
export async function testEditor(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'agent-trace-vsix-'));
  try {
    const vsix = path.join(folder, 'agent-trace.vsix');
    await build();
    await packVsix(vsix);
    await command('vitest', ['run', '--no-file-parallelism', 'test/extension/editor'], { [PACKED_EXTENSION]: vsix });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
