/** The longest window that may be asked for. Seconds. */
export const LONGEST_WINDOW = 86_400;

/**
 * How much came in the last so many seconds. Amounts of one second are one entry, and what is older than the longest
 * window is let go, so that memory does not grow with a session.
 */
export class SlidingTotal {
  /** Unix seconds, whole, rising; with the sum of all amounts up to and including each. */
  private readonly times: number[] = [];
  private readonly sums: number[] = [];
  /** Sum of what was let go. */
  private before = 0;
  private dropped = 0;

  /** `at` is Unix seconds; an amount that comes late counts for the newest time. It may be negative: a correction. */
  add(at: number, amount: number): void {
    const newest = this.times.at(-1) ?? Number.NEGATIVE_INFINITY;
    const time = Math.max(Math.floor(at), newest);
    const sum = this.total + amount;
    if (time === newest) {
      this.sums[this.sums.length - 1] = sum;
      return;
    }
    this.times.push(time);
    this.sums.push(sum);
    this.prune(time - LONGEST_WINDOW);
  }

  /** `now` is Unix seconds; what is newer than it counts too: another clock gave it. */
  last(seconds: number, now: number): number {
    const from = now - seconds;
    let low = this.dropped;
    let high = this.times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.times[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return this.total - (low > 0 ? (this.sums[low - 1] ?? this.before) : this.before);
  }

  private get total(): number {
    return this.sums.at(-1) ?? this.before;
  }

  private prune(oldest: number): void {
    while ((this.times[this.dropped] ?? oldest) < oldest) this.dropped += 1;
    if (this.dropped < 1024) return;
    this.before = this.sums[this.dropped - 1] ?? this.before;
    this.times.splice(0, this.dropped);
    this.sums.splice(0, this.dropped);
    this.dropped = 0;
  }
}
