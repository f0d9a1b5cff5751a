import { enlarged } from '../enlarged.ts';

/** The longest window that may be asked for. Seconds. */
export const LONGEST_WINDOW = 86_400;

/** Entries of the first arrays. */
const FIRST_ENTRIES = 8;
/** Entries too old to be asked for that are let go at once. */
const LET_GO = 1024;

/**
 * How much came in the last so many seconds. Amounts of one second are one entry, and what is older than the longest
 * window is let go, so that memory does not grow with a session.
 */
export class SlidingTotal {
  /** Unix seconds, whole, rising; with the sum of all amounts up to and including each. */
  private times = new Float64Array(FIRST_ENTRIES);
  private sums = new Float64Array(FIRST_ENTRIES);
  private length = 0;
  /** Sum of what was let go. */
  private before = 0;
  /** So many entries are too old. */
  private old = 0;

  /** `at` is Unix seconds; an amount that comes late counts for the newest time. It may be negative: a correction. */
  add(at: number, amount: number): void {
    const newest = this.times[this.length - 1] ?? Number.NEGATIVE_INFINITY;
    const time = Math.max(Math.floor(at), newest);
    const sum = this.total + amount;
    if (time !== newest) {
      this.length += 1;
      if (this.length > this.times.length) this.grow();
    }
    this.times[this.length - 1] = time;
    this.sums[this.length - 1] = sum;
    this.prune(time - LONGEST_WINDOW);
  }

  /** `now` is Unix seconds; what is newer than it counts too: another clock gave it. */
  last(seconds: number, now: number): number {
    const from = now - seconds;
    let low = this.old;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.times[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return this.total - this.sumUpTo(low);
  }

  private get total(): number {
    return this.sumUpTo(this.length);
  }

  /** Of the amounts in front of this entry. */
  private sumUpTo(entry: number): number {
    return this.sums[entry - 1] ?? this.before;
  }

  private prune(oldest: number): void {
    while (this.old < this.length && (this.times[this.old] as number) < oldest) this.old += 1;
    if (this.old < LET_GO) return;
    this.before = this.sumUpTo(this.old);
    this.times.copyWithin(0, this.old, this.length);
    this.sums.copyWithin(0, this.old, this.length);
    this.length -= this.old;
    this.old = 0;
  }

  private grow(): void {
    const room = 2 * this.times.length;
    this.times = enlarged(this.times, new Float64Array(room));
    this.sums = enlarged(this.sums, new Float64Array(room));
  }
}
