import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { isRefusal, openRegularFile } from '../tail/open-regular-file.ts';

/** agent-strace's mark of the session that started last. */
export const ACTIVE_FILE = '.active-session';

/** Longer than any session's id. */
const MAX_BYTES = 1024;

/** What the mark says, not checked in any way; undefined when there is none that can be read. */
export function readActiveSession(store: string): string | undefined {
  const opened = openRegularFile(join(store, ACTIVE_FILE), store);
  if (!opened || isRefusal(opened)) return undefined;
  const bytes = Buffer.alloc(MAX_BYTES);
  try {
    return bytes.toString('utf8', 0, readSync(opened.fd, bytes, 0, MAX_BYTES, 0)).trim();
  } catch {
    return undefined;
  } finally {
    closeSync(opened.fd);
  }
}
