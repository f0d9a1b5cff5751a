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

/** Holds what was read for a comparison, until the next one. */
const found = Buffer.allocUnsafeSlow(Math.max(HEAD_BYTES, TAIL_BYTES));

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

/** The fingerprint of a file that was read up to `position`, without reading it. Throws the system's error. */
export function fingerprintAt(fd: number, position: number): Fingerprint {
  const tail = Math.min(TAIL_BYTES, position);
  return { head: bytesAt(fd, 0, Math.min(HEAD_BYTES, position)), tail: bytesAt(fd, position - tail, tail) };
}

/** `position`: how far the file was read. Throws the system's error. */
export function holds(fd: number, fingerprint: Fingerprint, position: number): boolean {
  const { head, tail } = fingerprint;
  return reads(fd, head, 0) && reads(fd, tail, position - tail.length);
}

function reads(fd: number, expected: Uint8Array, position: number): boolean {
  const { length } = expected;
  if (length === 0) return true;
  // What was remembered by others may be anything.
  if (length > found.length) return false;
  return readSync(fd, found, 0, length, position) === length && found.subarray(0, length).equals(expected);
}

function bytesAt(fd: number, from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return bytes.subarray(0, readSync(fd, bytes, 0, length, from));
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
