import { mkdirSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { withRegularFile } from './with-regular-file.ts';

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
  return withRegularFile(file, (fd, { uid, mode, size }) => {
    const user = process.getuid?.();
    const forgeable = user !== undefined && (uid !== user || (mode & 0o022) !== 0);
    if (forgeable || size > MAX_BYTES) return undefined;
    const bytes = Buffer.allocUnsafe(size);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, size, 0));
  });
}
