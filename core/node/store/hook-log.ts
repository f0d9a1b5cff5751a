import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const HOOK_LOG_FILE = 'hook.log';

/** When the log has grown to this it starts anew: a hook that fails at every call must not fill the disk. */
const MAX_BYTES = 1024 * 1024;

/** Adds one line to `hook.log` in the runtime folder. Throws the system's error. */
export function logHookProblem(runtimeDir: string, at: Date, text: string): void {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);
  const fd = openSync(join(runtimeDir, HOOK_LOG_FILE), flags, 0o600);
  try {
    if (fstatSync(fd).size > MAX_BYTES) ftruncateSync(fd);
    writeSync(fd, `${at.toISOString()} ${text}\n`);
  } finally {
    closeSync(fd);
  }
}
