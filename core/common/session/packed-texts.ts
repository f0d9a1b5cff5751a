const FIRST_TEXTS = 16;
const FIRST_BYTES = 512;
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
      this.ends = copyInto(new Uint32Array(Math.max(FIRST_TEXTS, 2 * this.count)), this.ends);
    const room = from + text.length;
    if (room > this.bytes.length)
      this.bytes = copyInto(new Uint8Array(Math.max(FIRST_BYTES, room, 2 * this.bytes.length)), this.bytes);
    const isAscii = this.write(text, from);
    if (!isAscii) this.others.set(this.count, text);
    this.ends[this.count] = isAscii ? room : from;
    this.count += 1;
  }

  /** `number` is below `size`. */
  at(number: number): string {
    return this.others.get(number) ?? utf8.decode(this.bytes.subarray(this.endOf(number - 1), this.endOf(number)));
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

function copyInto<Numbers extends Uint8Array | Uint32Array>(larger: Numbers, numbers: Numbers): Numbers {
  larger.set(numbers);
  return larger;
}
