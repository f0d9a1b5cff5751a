import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';

/** O_NONBLOCK: opening a FIFO that someone put there must not wait for a writer. Windows has neither of the last two. */
const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file for reading while `use` runs; gives what that does. Undefined when there is none, when it is a link or no
 * regular file, and when the system does not let us, in `use` too. Never throws the system's errors.
 */
export function withRegularFile<T>(path: string, use: (fd: number, stat: Stats) => T | undefined): T | undefined {
  let fd: number;
  try {
    fd = openSync(path, READ);
  } catch {
    return undefined;
  }
  try {
    const stat = fstatSync(fd);
    return stat.isFile() ? use(fd, stat) : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}
