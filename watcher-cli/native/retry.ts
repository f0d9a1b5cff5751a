/** Milliseconds before the first further attempt, and at most between two. */
const FIRST_MS = 100;
const LONGEST_MS = 5000;

/** Does something again a while after it failed, each time twice as long after as before. */
export class Retry {
  private readonly again: () => void;
  private delay = FIRST_MS;
  private timer: NodeJS.Timeout | undefined;

  constructor(again: () => void) {
    this.again = again;
  }

  /** It failed: once more, later. */
  later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.again, this.delay);
    this.delay = Math.min(LONGEST_MS, this.delay * 2);
  }

  /** It went well, or is not wanted any more. */
  stop(): void {
    clearTimeout(this.timer);
    this.delay = FIRST_MS;
  }
}
