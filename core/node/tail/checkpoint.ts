import type { FileIdentity } from './open-regular-file.ts';

/** How far a file was read; JSON. Whoever goes on from here gets every line from `position` on, and none before it. */
export interface Checkpoint extends FileIdentity {
  readonly path: string;
  /** Bytes; the beginning of the first line that was not handed on. */
  readonly position: number;
  /** Number of that line, from 1. */
  readonly line: number;
  /** What the file held before `position` (see `Fingerprint`), base64. */
  readonly fingerprint: { readonly head: string; readonly tail: string };
}
