/** One line of a file as it stands on disk, without what ends it (newline, or carriage return and newline). */
export interface RawLine {
  /** Byte offset of the line's first byte in the file. */
  readonly offset: number;
  /**
   * The line's bytes, or only its first part when it was longer than the cap (see `LineSplitter`). May be a view of a
   * buffer that is used again: valid until the receiver returns.
   */
  readonly bytes: Uint8Array;
  /** Length on disk in bytes, line end excluded; larger than `bytes.length` when the line was cut. */
  readonly length: number;
  /** Which line of the file it is, blank ones included, from 1. */
  readonly number?: number;
}
