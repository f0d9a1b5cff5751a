import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './replace-file.ts';

export const ACTIVE_FILE = '.active-session';

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
  try {
    if (readFileSync(path, 'utf8').trim() !== session) return;
  } catch {
    return;
  }
  rmSync(path, { force: true });
}
