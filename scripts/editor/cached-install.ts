import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { withFileLock } from '../file-lock.ts';

const STAMP = '.complete';
const LOCK_DEADLINE_MS = 20 * 60_000;

export interface CachedInstall {
  /** Name of the folder in the cache: the thing and its version, plus the recipe's revision when that matters. */
  readonly name: string;
  /** Fills an empty folder that is moved to its final place afterwards: what is built in it must not know its path. */
  readonly build: (folder: string) => Promise<void>;
}

/**
 * Folder of a finished installation in the cache outside the tree (`$AGENT_TRACE_TEST_CACHE`, or `agent-trace-test` in
 * the user's cache folder), built on first use. Several processes may ask at once: one builds, the others wait. What an
 * interrupted build left behind is removed by the next one; a folder counts only with the stamp that is written last.
 */
export async function cachedInstall({ name, build }: CachedInstall): Promise<string> {
  const cache = testCache();
  const folder = join(cache, name);
  if (existsSync(join(folder, STAMP))) return folder;
  await mkdir(cache, { recursive: true });
  await withFileLock(`${folder}.lock`, LOCK_DEADLINE_MS, async () => {
    if (existsSync(join(folder, STAMP))) return;
    await removePartials(cache, name);
    const partial = `${folder}.partial-${process.pid}`;
    try {
      await mkdir(partial);
      await build(partial);
      await writeFile(join(partial, STAMP), `${new Date().toISOString()}\n`);
      await rename(partial, folder);
    } finally {
      await rm(partial, { recursive: true, force: true });
    }
  });
  return folder;
}

/** Whether `cachedInstall` would find it finished. */
export function isCached(name: string): boolean {
  return existsSync(join(testCache(), name, STAMP));
}

function testCache(): string {
  const asked = process.env['AGENT_TRACE_TEST_CACHE'];
  return asked || join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'agent-trace-test');
}

/** Also a folder without a stamp, which nobody has written whole. */
async function removePartials(cache: string, name: string): Promise<void> {
  for (const entry of await readdir(cache))
    if (entry === name || entry.startsWith(`${name}.partial-`))
      await rm(join(cache, entry), { recursive: true, force: true });
}
