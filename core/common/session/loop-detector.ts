import { sameJson } from '../json.ts';

/** Longest sequence of calls that is looked for. */
const LONGEST_SEQUENCE = 8;

/** Tells how often the newest sequence of calls stands several times in a row. Constant time and memory per call. */
export class LoopDetector {
  /** The newest calls, newest last; at most `LONGEST_SEQUENCE`. */
  private readonly calls: { readonly tool: string; readonly args: unknown }[] = [];
  /** `streaks[n]`: for how many calls in a row each has equalled the one n calls before. */
  private readonly streaks: number[] = new Array<number>(LONGEST_SEQUENCE + 1).fill(0);

  /** Takes one more call, with its arguments out of JSON; gives the repetitions, 1 when nothing repeats. */
  add(tool: string, args: unknown): number {
    let repeats = 1;
    for (let length = 1; length <= LONGEST_SEQUENCE; length += 1) {
      const before = this.calls.at(-length);
      const same = before?.tool === tool && sameJson(before.args, args);
      const streak = same ? (this.streaks[length] ?? 0) + 1 : 0;
      this.streaks[length] = streak;
      repeats = Math.max(repeats, 1 + Math.floor(streak / length));
    }
    this.calls.push({ tool, args });
    if (this.calls.length > LONGEST_SEQUENCE) this.calls.shift();
    return repeats;
  }
}
