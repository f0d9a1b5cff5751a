/** Bursts of changes lead to one refresh in this time. */
const PAUSE_MS = 50;
/** A refresh that takes long (it asks the process table for each session) is followed by a pause so many times as long. */
const REST = 20;

/** Runs a refresh at once when it was not run lately, else a moment later; however many ask, once. */
export class Refresher {
  private refresh: () => void;
  private timer: NodeJS.Timeout | undefined;
  private notBefore = 0;

  constructor(refresh: () => void) {
    this.refresh = refresh;
  }

  request(): void {
    if (this.timer) return;
    const wait = this.notBefore - performance.now();
    if (wait <= 0) this.run();
    else this.timer = setTimeout(() => this.run(), wait);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.refresh = () => {};
  }

  private run(): void {
    this.timer = undefined;
    const start = performance.now();
    this.refresh();
    const end = performance.now();
    this.notBefore = end + Math.max(PAUSE_MS, REST * (end - start));
  }
}
