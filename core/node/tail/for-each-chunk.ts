import { closeSync, readSync } from 'node:fs';
import { isRefusal, openRegularFile } from './open-regular-file.ts';
import { withReadBuffer } from './read-buffer.ts';

const CHUNK_BYTES = 1024 * 1024;

/** Hands on a file's bytes, a megabyte at a time; the buffer is used again. Nothing for what cannot be read. */
export function forEachChunk(path: string, onChunk: (chunk: Buffer) => void): void {
  const opened = openRegularFile(path);
  if (!opened || isRefusal(opened)) return;
  try {
    withReadBuffer(CHUNK_BYTES, (buffer) => {
      for (let length = readSync(opened.fd, buffer); length > 0; length = readSync(opened.fd, buffer)) {
        onChunk(buffer.subarray(0, length));
      }
    });
  } catch {
    // What was read until then is what is known.
  } finally {
    closeSync(opened.fd);
  }
}
