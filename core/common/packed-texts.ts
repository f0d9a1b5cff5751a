import { enlarged } from './enlarged.ts';

const FIRST_TEXTS = 16;
const FIRST_BYTES = 512;
/** A third more at a time, so that at most a quarter lies idle. */
const GROWTH = 4 / 3;
const MOST_ASCII = 0x7f;

const utf8 = new TextDecoder('utf-8', { fatal: false });

/**
 * Texts by number, from 0 in the order they come: a byte for each character, all in one array instead of an object each.
 * Those that are not ASCII are kept as they are.
 */
export class PackedTexts {
  private bytes = new Uint8Array(0);
  /** By number, behind its last byte. */
  private ends = new Uint32Array(0);
  private count = 0;
  private readonly others = new Map<number, string>();

  get size(): number {
    return this.count;
  }

  push(text: string): void {
    const from = this.endOf(this.count - 1);
    if (this.count === this.ends.length)
      this.ends = enlarged(this.ends, new Uint32Array(Math.max(FIRST_TEXTS, Math.ceil(this.count * GROWTH))));
    const room = from + text.length;
    if (room > this.bytes.length)
      this.bytes = enlarged(
        this.bytes,
        new Uint8Array(Math.max(FIRST_BYTES, room, Math.ceil(this.bytes.length * GROWTH))),
      );
    const isAscii = this.write(text, from);
    if (!isAscii) this.others.set(this.count, text);
    this.ends[this.count] = isAscii ? room : from;
    this.count += 1;
  }

  /** `number` is below `size`. */
  at(number: number): string {
    return this.others.get(number) ?? utf8.decode(this.bytes.subarray(this.endOf(number - 1), this.endOf(number)));
  }

  /** Whether `at` would give this text. */
  is(number: number, text: string): boolean {
    const other = this.others.get(number);
    if (other !== undefined) return other === text;
    const from = this.endOf(number - 1);
    if (this.endOf(number) - from !== text.length) return false;
    for (let at = 0; at < text.length; at += 1) if (this.bytes[from + at] !== text.charCodeAt(at)) return false;
    return true;
  }

  private endOf(number: number): number {
    return this.ends[number] ?? 0;
  }

  /** False when the text is not ASCII. */
  private write(text: string, from: number): boolean {
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit > MOST_ASCII) return false;
      this.bytes[from + at] = unit;
    }
    return true;
  }
}
