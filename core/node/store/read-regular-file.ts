import { readSync } from 'node:fs';
import { withRegularFile } from '../with-regular-file.ts';

/**
 * The bytes of a file of a store. Undefined when there is none, and when it is a link, no regular file or larger than
 * `maxBytes`: whoever may write to the workspace can put anything in its place. Never throws.
 */
export function readRegularFile(path: string, maxBytes: number): Buffer | undefined {
  return withRegularFile(path, (fd, { size }) => (size <= maxBytes ? readFrom(fd, 0, size) : undefined));
}

/** As `readRegularFile`, but of a larger file its last `maxBytes`. */
export function readRegularFileEnd(path: string, maxBytes: number): Buffer | undefined {
  return withRegularFile(path, (fd, { size }) => {
    const length = Math.min(size, maxBytes);
    return readFrom(fd, size - length, length);
  });
}

/** As `readRegularFile`, but of a larger file its first `maxBytes`. */
export function readRegularFileStart(path: string, maxBytes: number): Buffer | undefined {
  return withRegularFile(path, (fd, { size }) => readFrom(fd, 0, Math.min(size, maxBytes)));
}

function readFrom(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
}
