/** One line of a file as it stands on disk, without its newline. */
export interface RawLine {
  /** Byte offset of the line's first byte in the file. */
  readonly offset: number;
  /** The line's bytes, or only its first part when it was longer than the cap (see `LineSplitter`). */
  readonly bytes: Uint8Array;
  /** Length on disk in bytes, newline excluded; larger than `bytes.length` when the line was cut. */
  readonly length: number;
}
