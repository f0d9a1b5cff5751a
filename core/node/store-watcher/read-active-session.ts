import { closeSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIVE_FILE } from '../store/active-session.ts';
import { isRefusal, openRegularFile } from '../tail/open-regular-file.ts';

/** Longer than any session's id. */
const MAX_BYTES = 1024;

/** The session that `.active-session` names, not checked in any way; undefined when there is none that can be read. */
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
