import { mkdir, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from '../../scripts/build.ts';
import { withFileLock } from '../../scripts/file-lock.ts';

const REPOSITORY = resolve(import.meta.dirname, '..', '..');
/** The bundle that hooks run. */
export const HOOK_BUNDLE = join(REPOSITORY, 'dist', 'hook.cjs');
/** The bundle of the command line. */
export const CLI_BUNDLE = join(REPOSITORY, 'dist', 'agent-trace.cjs');

/** What a build writes last. */
const BUILT = join(REPOSITORY, 'dist', 'schemas', 'agent-scope.schema.json');

const SOURCES = ['core', 'watcher-cli', 'scripts'];
const BUILD_DEADLINE_MS = 120_000;

/** Builds the bundles unless they are newer than every source file. Test files that ask at once build only once. */
export async function ensureBuilt(): Promise<void> {
  if (await isFresh()) return;
  await mkdir(join(REPOSITORY, 'dist'), { recursive: true });
  await withFileLock(join(REPOSITORY, 'dist', '.build.lock'), BUILD_DEADLINE_MS, async () => {
    if (!(await isFresh())) await build();
  });
}

async function isFresh(): Promise<boolean> {
  const built = await changedAt(BUILT);
  for (const room of SOURCES) {
    for (const file of await readdir(join(REPOSITORY, room), { recursive: true }))
      if (file.endsWith('.ts') && (await changedAt(join(REPOSITORY, room, file))) >= built) return false;
  }
  return true;
}

/** Unix milliseconds; 0 when there is no such file. */
async function changedAt(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}
