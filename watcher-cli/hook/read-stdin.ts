import { readSync } from 'node:fs';

/** An agent writes its payload at once; a pipe that stays empty for this long was left open by something else. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 2;

/**
 * All of stdin. The pipe may be non-blocking (a parent that uses it so passes the mode on), then reads fail with EAGAIN
 * until there is something. Throws the system's error.
 */
export function readStdin(): Buffer {
  let buffer = Buffer.allocUnsafe(64 * 1024);
  let length = 0;
  for (let waited = 0; ; ) {
    if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    const count = readSome(buffer, length);
    if (count === 0) return buffer.subarray(0, length);
    if (count !== undefined) {
      length += count;
      waited = 0;
    } else if (waited < PATIENCE_MS) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
      waited += PAUSE_MS;
    } else {
      throw new Error(`stdin stayed open with nothing to read for ${PATIENCE_MS / 1000} s`);
    }
  }
}

/** 0 at the end, undefined when there is nothing to read yet. */
function readSome(buffer: Buffer, at: number): number | undefined {
  try {
    return readSync(0, buffer, at, buffer.length - at, null);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return undefined;
    // Windows ends a pipe this way.
    if (code === 'EOF') return 0;
    throw error;
  }
}
