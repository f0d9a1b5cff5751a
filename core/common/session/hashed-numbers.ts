/** Places of the first table, how full one may get, and how much larger the next one is. */
const FIRST_PLACES = 16;
const FULLEST = 0.85;
const GROWTH = 1.25;
/** How many numbers the half of a hash can be that tells its place. */
const HASHES = 2 ** 32;

/**
 * Whole numbers by text, from 0 to 2^31 - 1. Of a text only 64 bits of hash are kept, in an array with room to spare: 9 to
 * 12 bytes for each text however long it is, half as much again where a number is not 0, and nothing that a garbage
 * collector walks through. Two texts that differ are taken for one with a chance of 1 in 2^64, so among a million texts
 * there are such two with one of 37 million. Nobody wins by making them: whoever can choose an id can as well write one
 * twice.
 */
export class HashedNumbers {
  /** Two halves of a hash for each place; both are 0 where it is free. */
  private hashes = new Int32Array(FIRST_PLACES * 2);
  /** By place; not there as long as all are 0. */
  private numbers: Int32Array | undefined;
  private count = 0;
  /** The text that was looked for last, and its hash: as a rule it is looked for and then added. */
  private text: string | undefined;
  private high = 0;
  private low = 0;

  get size(): number {
    return this.count;
  }

  has(text: string): boolean {
    return this.isTaken(this.find(text));
  }

  get(text: string): number | undefined {
    const place = this.find(text);
    return this.isTaken(place) ? this.numberAt(place) : undefined;
  }

  /** The text's number: the one given here when it had none. */
  add(text: string, number: number): number {
    const place = this.find(text);
    if (this.isTaken(place)) return this.numberAt(place);
    this.put(place, this.high, this.low, number);
    this.count += 1;
    if (this.count * 2 > this.hashes.length * FULLEST) this.grow();
    return number;
  }

  /** Counts one text more, from 1. */
  increase(text: string): number {
    const place = this.find(text);
    if (!this.isTaken(place)) return this.add(text, 1);
    const number = this.numberAt(place) + 1;
    this.put(place, this.high, this.low, number);
    return number;
  }

  /** The text's place, or the one that it would get. */
  private find(text: string): number {
    if (text !== this.text) this.hash(text);
    return this.placeOf(this.high, this.low);
  }

  private hash(text: string): void {
    let high = 0x2c1b3c6d;
    let low = 0x297a2d39;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      high = Math.imul(high ^ unit, 0x9e3779b1);
      low = Math.imul(low ^ unit ^ (high >>> 15), 0x85ebca77);
    }
    this.high = mixed(high ^ text.length);
    this.low = mixed(low ^ this.high);
    if (this.high === 0 && this.low === 0) this.low = 1;
    this.text = text;
  }

  private placeOf(high: number, low: number): number {
    const { hashes } = this;
    const places = hashes.length >>> 1;
    // In the order of the hashes, so that to enlarge the table writes it from its start to its end.
    for (let place = Math.floor((low >>> 0) * (places / HASHES)); ; place = place + 1 === places ? 0 : place + 1) {
      const a = hashes[2 * place];
      const b = hashes[2 * place + 1];
      if ((a === high && b === low) || (a === 0 && b === 0)) return place;
    }
  }

  private isTaken(place: number): boolean {
    return this.hashes[2 * place] !== 0 || this.hashes[2 * place + 1] !== 0;
  }

  private numberAt(place: number): number {
    return this.numbers?.[place] ?? 0;
  }

  private put(place: number, high: number, low: number, number: number): void {
    this.hashes[2 * place] = high;
    this.hashes[2 * place + 1] = low;
    if (number !== 0) this.numbers ??= new Int32Array(this.hashes.length >>> 1);
    if (this.numbers) this.numbers[place] = number;
  }

  private grow(): void {
    const { hashes, numbers } = this;
    this.hashes = new Int32Array(2 * Math.ceil((hashes.length >>> 1) * GROWTH));
    this.numbers = undefined;
    for (let place = 0; place < hashes.length >>> 1; place += 1) {
      const high = hashes[2 * place] as number;
      const low = hashes[2 * place + 1] as number;
      if (high !== 0 || low !== 0) this.put(this.placeOf(high, low), high, low, numbers?.[place] ?? 0);
    }
  }
}

/** Spreads what differs in any bit over all of them; no two numbers give the same. */
function mixed(bits: number): number {
  let hash = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
