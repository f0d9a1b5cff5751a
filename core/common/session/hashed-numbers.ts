/** Places of the first table, and how full one may get. */
const FIRST_PLACES = 64;
const FULLEST = 0.75;
/** What a place holds: both halves of the hash, and the number plus one; 0 in a free place. */
const FIELDS = 3;

/**
 * Whole numbers by text, from 0 to 2^31 - 2. Of a text only 64 bits of hash are kept, beside each other in one array: 16 to
 * 32 bytes for each text however long it is, which no garbage collector walks through. Two texts that differ are taken for
 * one with a chance of 1 in 2^64, so among a million texts there are such two with one of 37 million. Nobody wins by making
 * them: whoever can choose an id can as well write one twice.
 */
export class HashedNumbers {
  private table = new Int32Array(FIRST_PLACES * FIELDS);
  private count = 0;
  /** The hash that `find` was asked for last. */
  private high = 0;
  private low = 0;

  get size(): number {
    return this.count;
  }

  has(text: string): boolean {
    return this.get(text) !== undefined;
  }

  get(text: string): number | undefined {
    const number = this.table[this.find(text) + 2] as number;
    return number === 0 ? undefined : number - 1;
  }

  /** False when the text had a number before. */
  set(text: string, number: number): boolean {
    const at = this.find(text);
    const isNew = this.table[at + 2] === 0;
    this.put(at, this.high, this.low, number + 1);
    if (!isNew) return false;
    this.count += 1;
    if (this.count * FIELDS > this.table.length * FULLEST) this.grow();
    return true;
  }

  /** Where the text's place begins, or the one that it would get. */
  private find(text: string): number {
    let high = 0x2c1b3c6d;
    let low = 0x297a2d39;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      high = Math.imul(high ^ unit, 0x9e3779b1);
      low = Math.imul(low ^ unit ^ (high >>> 15), 0x85ebca77);
    }
    this.high = mixed(high ^ text.length);
    this.low = mixed(low ^ this.high);
    return this.placeOf(this.high, this.low);
  }

  private placeOf(high: number, low: number): number {
    const { table } = this;
    const places = table.length / FIELDS;
    for (let place = low & (places - 1); ; place = (place + 1) & (places - 1)) {
      const at = place * FIELDS;
      if (table[at + 2] === 0 || (table[at] === high && table[at + 1] === low)) return at;
    }
  }

  private put(at: number, high: number, low: number, value: number): void {
    this.table[at] = high;
    this.table[at + 1] = low;
    this.table[at + 2] = value;
  }

  private grow(): void {
    const before = this.table;
    this.table = new Int32Array(before.length * 2);
    for (let at = 0; at < before.length; at += FIELDS) {
      const [high, low, value] = [before[at] as number, before[at + 1] as number, before[at + 2] as number];
      if (value !== 0) this.put(this.placeOf(high, low), high, low, value);
    }
  }
}

/** Spreads what differs in any bit over all of them; no two numbers give the same. */
function mixed(bits: number): number {
  let hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
