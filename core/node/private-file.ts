import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Larger than any file we write ourselves; what is larger was not written by us. */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * Writes a file that only this user may read, whole or not at all (temporary file and rename). Creates its folder with
 * mode 0700. Throws the system's error.
 */
export function writePrivateFile(file: string, text: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, text, { mode: 0o600 });
  }
  renameSync(temporary, file);
}

/**
 * The text of a file that is to be believed because only this user can have written it. Undefined when there is none,
 * and when it is a link or no regular file, belongs to another user, may be written by others, or is larger than 4 MiB.
 */
export function readPrivateFile(file: string): string | undefined {
  let fd: number;
  try {
    // O_NONBLOCK: opening a FIFO that someone put there must not wait for a writer.
    fd = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(fd);
    const uid = process.getuid?.();
    const forgeable = uid !== undefined && (stat.uid !== uid || (stat.mode & 0o022) !== 0);
    if (!stat.isFile() || forgeable || stat.size > MAX_BYTES) return undefined;
    const bytes = Buffer.allocUnsafe(stat.size);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, stat.size, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}
