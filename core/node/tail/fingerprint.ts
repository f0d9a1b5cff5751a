import { readSync } from 'node:fs';

const HEAD_BYTES = 256;
const TAIL_BYTES = 64;

/**
 * Tells whether a file still holds what was read of it: its first 256 bytes, and the 64 before the position reached.
 * A file that was emptied and written again can be as long as before, or longer; its times prove nothing.
 */
export interface Fingerprint {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

export const NOTHING_READ: Fingerprint = { head: new Uint8Array(0), tail: new Uint8Array(0) };

/** The fingerprint after `chunk` was read too, which follows what was read before. */
export function extend(fingerprint: Fingerprint, chunk: Uint8Array): Fingerprint {
  const { head, tail } = fingerprint;
  return {
    head: head.length < HEAD_BYTES ? join(head, chunk.subarray(0, HEAD_BYTES - head.length)) : head,
    tail:
      chunk.length < TAIL_BYTES
        ? join(tail.subarray(Math.max(0, tail.length + chunk.length - TAIL_BYTES)), chunk)
        : new Uint8Array(chunk.subarray(-TAIL_BYTES)),
  };
}

/** `position`: how far the file was read. Throws the system's error. */
export function holds(fd: number, fingerprint: Fingerprint, position: number): boolean {
  const { head, tail } = fingerprint;
  return reads(fd, head, 0) && reads(fd, tail, position - tail.length);
}

function reads(fd: number, expected: Uint8Array, position: number): boolean {
  const found = Buffer.alloc(expected.length);
  return readSync(fd, found, 0, found.length, position) === found.length && found.equals(expected);
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
