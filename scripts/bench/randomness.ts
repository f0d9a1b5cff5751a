const WORDS =
  'const return import "text" function value error test path file line true null 0x1f {} => [1,2] // note'.split(' ');
const POOL_CHARACTERS = 1_000_000;

/** Numbers and texts that are the same for the same seed. */
export class Randomness {
  private state: number;
  private readonly pool: string;

  constructor(seed: number) {
    this.state = seed;
    let pool = '';
    while (pool.length < POOL_CHARACTERS) pool += this.line();
    this.pool = pool;
  }

  /** From 0 to less than 1: the generator "mulberry32". */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to less than `bound`. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** Of the characters of programs and what they print, line by line. */
  text(length: number): string {
    const from = this.below(POOL_CHARACTERS - length);
    return this.pool.slice(from, from + length);
  }

  /** A size between those at given shares of all: `[[0, 10], [0.5, 100], [1, 5000]]` has half of them up to 100. */
  size(quantiles: Quantiles): number {
    const at = this.next();
    const next = Math.max(
      1,
      quantiles.findIndex(([share]) => share > at),
    );
    const [[from, least], [to, most]] = [quantiles[next - 1] ?? [0, 0], quantiles[next] ?? [1, 0]];
    return Math.round(least + ((at - from) / (to - from)) * (most - least));
  }

  private line(): string {
    const words = Array.from({ length: 3 + this.below(8) }, () => WORDS[this.below(WORDS.length)]);
    return `${'  '.repeat(this.below(4))}${words.join(' ')}\n`;
  }
}

/** Rising shares, from 0 to 1, with the size that so many are no larger than. */
export type Quantiles = readonly (readonly [share: number, size: number])[];
