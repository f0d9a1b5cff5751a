import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readRegularFile } from './read-regular-file.ts';
import { replaceFile } from './replace-file.ts';

export const ACTIVE_FILE = '.active-session';

/** Longer than any session's name. */
const MAX_BYTES = 1024;

/**
 * agent-strace's mark of the session that runs now. With several at once it names the one that started last. A watcher
 * learns from it that a session of the past goes on.
 */
export function markActive(store: string, session: string): void {
  replaceFile(join(store, ACTIVE_FILE), session);
}

/** Removes the mark when it names this session. */
export function clearActive(store: string, session: string): void {
  const path = join(store, ACTIVE_FILE);
  if (readRegularFile(path, MAX_BYTES)?.toString('utf8').trim() === session) rmSync(path, { force: true });
}
