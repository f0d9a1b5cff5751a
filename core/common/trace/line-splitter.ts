import type { RawLine } from './raw-line.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

/** A line of 20 MB is an event like any other; beyond this it is taken for something that is no line at all. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** What is kept of a line that is too long: enough to say what it was. */
const EXCERPT_BYTES = 4096;
/** Memory of the unfinished line that is kept for the next one. */
const SPARE_BYTES = 64 * 1024;

export interface LineSplitterOptions {
  /** Bytes of one line, its end excluded; 32 MiB by default. */
  readonly maxLineBytes?: number;
}

/**
 * Cuts a stream of bytes into lines. A newline byte is never part of a longer UTF-8 sequence, so the bytes need not be
 * decoded first. An unfinished last line waits for its newline; a line beyond the cap is passed over without being
 * held, and handed on as its first 4 KiB with its true length. Lines that are empty, or only spaces and tabs, are left
 * out. Work is linear in the bytes however they are cut up.
 */
export class LineSplitter {
  private readonly onLine: (line: RawLine) => void;
  private readonly maxLineBytes: number;
  /** Bytes of the unfinished line; `kept` of them count. */
  private held = new Uint8Array(0);
  private kept = 0;
  /** Length so far of the unfinished line; larger than `kept` once it is beyond the cap. */
  private length = 0;
  /** The newest byte of the unfinished line. */
  private last = 0;
  private start = 0;
  private number = 1;

  constructor(onLine: (line: RawLine) => void, options: LineSplitterOptions = {}) {
    this.onLine = onLine;
    this.maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
  }

  /** Offset of the first byte that belongs to no finished line: where a later reader has to begin. */
  get lineStart(): number {
    return this.start;
  }

  /** Number of the line that begins at `lineStart`, from 1. */
  get lineNumber(): number {
    return this.number;
  }

  /** The unfinished last line as far as it is known; undefined when there is none. Valid until the next `push`. */
  get unfinished(): RawLine | undefined {
    return this.length === 0 ? undefined : this.line(this.held, 0, this.length, this.last);
  }

  /** Drops the unfinished line; the next byte is at `offset`, in line `number`. */
  restart(offset = 0, number = 1): void {
    this.dropHeld();
    this.start = offset;
    this.number = number;
  }

  /** Takes the bytes that follow those of the call before. `onLine` is called before it returns, and must not throw. */
  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      const newline = chunk.indexOf(NEWLINE, from);
      if (newline < 0) {
        this.hold(chunk.subarray(from));
        return;
      }
      if (this.length === 0) {
        this.finish(chunk, from, newline - from, chunk[newline - 1]);
      } else {
        this.hold(chunk.subarray(from, newline));
        this.finish(this.held, 0, this.length, this.last);
      }
      from = newline + 1;
    }
  }

  private finish(bytes: Uint8Array, from: number, length: number, last: number | undefined): void {
    const line = this.line(bytes, from, length, last);
    this.start += length + 1;
    this.number += 1;
    this.dropHeld();
    if (line.length > line.bytes.length || !isBlank(line.bytes)) this.onLine(line);
  }

  /** All of the line lies in `bytes`, or its first part when it is beyond the cap; `last`: the byte before its newline. */
  private line(bytes: Uint8Array, from: number, length: number, last: number | undefined): RawLine {
    const text = length > 0 && last === CARRIAGE_RETURN ? length - 1 : length;
    const end = text > this.maxLineBytes ? Math.min(EXCERPT_BYTES, this.maxLineBytes) : text;
    return { offset: this.start, bytes: bytes.subarray(from, from + end), length: text, number: this.number };
  }

  private hold(part: Uint8Array): void {
    const wasCut = this.kept < this.length;
    this.last = part[part.length - 1] ?? this.last;
    this.length += part.length;
    if (wasCut) return;
    // One byte more than the cap: it may be the carriage return, which does not count.
    if (this.length <= this.maxLineBytes + 1) {
      this.reserve(this.length);
      this.held.set(part, this.kept);
      this.kept = this.length;
      return;
    }
    const excerpt = new Uint8Array(Math.min(EXCERPT_BYTES, this.maxLineBytes));
    const before = this.held.subarray(0, Math.min(this.kept, excerpt.length));
    excerpt.set(before);
    excerpt.set(part.subarray(0, excerpt.length - before.length), before.length);
    this.held = excerpt;
    this.kept = excerpt.length;
  }

  /** Doubles, so that a line that comes in small pieces is not copied anew for each. */
  private reserve(size: number): void {
    if (size <= this.held.length) return;
    const larger = new Uint8Array(Math.max(size, this.held.length * 2, 1024));
    larger.set(this.held.subarray(0, this.kept));
    this.held = larger;
  }

  private dropHeld(): void {
    if (this.held.length > SPARE_BYTES) this.held = new Uint8Array(0);
    this.kept = 0;
    this.length = 0;
  }
}

function isBlank(bytes: Uint8Array): boolean {
  let at = 0;
  while (bytes[at] === SPACE || bytes[at] === TAB || bytes[at] === CARRIAGE_RETURN) at += 1;
  return at === bytes.length;
}
