/** `setTimeout` takes no longer delays than this, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Calls back once, at a time that can be set anew; a time too far for a timer is told early. */
export class Deadline {
  private readonly now: () => number;
  private readonly onDue: () => void;
  private timer: NodeJS.Timeout | undefined;

  /** `now`: Unix seconds. */
  constructor(now: () => number, onDue: () => void) {
    this.now = now;
    this.onDue = onDue;
  }

  /** Unix seconds; undefined: never. */
  set(at: number | undefined): void {
    clearTimeout(this.timer);
    if (at === undefined) return;
    this.timer = setTimeout(this.onDue, Math.max(1, Math.min(LONGEST_TIMER, (at - this.now()) * 1000)));
  }
}
