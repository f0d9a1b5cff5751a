/** Longest sequence of calls that is looked for. */
const LONGEST_SEQUENCE = 8;

/** Tells how often the newest sequence of calls stands several times in a row. Constant time and memory per call. */
export class LoopDetector {
  /** The newest keys, newest last; at most `LONGEST_SEQUENCE`. */
  private readonly keys: string[] = [];
  /** `streaks[n]`: for how many calls in a row the key has equalled the one n calls before. */
  private readonly streaks: number[] = new Array<number>(LONGEST_SEQUENCE + 1).fill(0);

  /** Takes the key of one more call (equal calls have equal keys); gives the repetitions, 1 when nothing repeats. */
  add(key: string): number {
    let repeats = 1;
    for (let length = 1; length <= LONGEST_SEQUENCE; length += 1) {
      const streak = this.keys.at(-length) === key ? (this.streaks[length] ?? 0) + 1 : 0;
      this.streaks[length] = streak;
      repeats = Math.max(repeats, 1 + Math.floor(streak / length));
    }
    this.keys.push(key);
    if (this.keys.length > LONGEST_SEQUENCE) this.keys.shift();
    return repeats;
  }
}
