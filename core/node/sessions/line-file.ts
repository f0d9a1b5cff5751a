import { closeSync, readSync } from 'node:fs';
import type { RawLine } from '../../common/trace/raw-line.ts';
import { isRefusal, openRegularFile } from '../tail/open-regular-file.ts';

/** Most lines are shorter; what is longer is read in larger steps. */
const FIRST_BYTES = 4096;
const GROWTH = 8;
/** As long as a line may be that readers take for an event. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * Lines of a file by their byte offsets. What stands there now may be another line than the one that was seen: whoever
 * asks compares. Links, FIFOs and files outside of `root` are not opened. To be closed after each use: no descriptor is
 * held while nothing is read.
 */
export class LineFile {
  private readonly fd: number;
  private buffer = Buffer.allocUnsafe(FIRST_BYTES);
  private read = 0;

  private constructor(fd: number) {
    this.fd = fd;
  }

  /** Undefined when there is no such file, or none that is read. */
  static open(path: string, root: string): LineFile | undefined {
    const opened = openRegularFile(path, root);
    return opened && !isRefusal(opened) ? new LineFile(opened.fd) : undefined;
  }

  /** Bytes read since it was opened. */
  get bytesRead(): number {
    return this.read;
  }

  /**
   * The line from this offset to its newline, or to the end of the file. Undefined when nothing is there, when it is
   * longer than any event, or when the system does not let us read. Valid until the next call.
   */
  lineAt(offset: number): RawLine | undefined {
    let length = 0;
    for (;;) {
      const end = this.fill(offset, length);
      if (end === undefined) return undefined;
      const newline = this.buffer.subarray(0, end).indexOf(NEWLINE, length);
      const isWhole = newline >= 0 || end < this.buffer.length;
      if (isWhole) {
        const bytes = this.buffer.subarray(0, newline >= 0 ? newline : end);
        return bytes.length === 0 ? undefined : { offset, bytes, length: bytes.length };
      }
      if (end >= MAX_LINE_BYTES) return undefined;
      length = end;
      const larger = Buffer.allocUnsafe(Math.min(MAX_LINE_BYTES, this.buffer.length * GROWTH));
      this.buffer.copy(larger, 0, 0, length);
      this.buffer = larger;
    }
  }

  close(): void {
    closeSync(this.fd);
  }

  /** Fills the buffer from `from` on; gives how much of it is filled. */
  private fill(offset: number, from: number): number | undefined {
    try {
      const count = readSync(this.fd, this.buffer, from, this.buffer.length - from, offset + from);
      this.read += count;
      return from + count;
    } catch {
      return undefined;
    }
  }
}
