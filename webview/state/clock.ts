import { type ReadonlySignal, signal } from '@preact/signals';

const TICK_MS = 1000;

/** Unix seconds, moving once a second while it is needed and the page is in sight; otherwise no timer is set. */
export class Clock {
  private readonly time = signal(Date.now() / 1000);
  private timer: ReturnType<typeof setInterval> | undefined;
  private needed = false;

  constructor() {
    document.addEventListener('visibilitychange', () => this.update());
  }

  get now(): ReadonlySignal<number> {
    return this.time;
  }

  run(needed: boolean): void {
    this.needed = needed;
    this.update();
  }

  private update(): void {
    const runs = this.needed && document.visibilityState === 'visible';
    if (runs === (this.timer !== undefined)) return;
    clearInterval(this.timer);
    this.timer = runs ? setInterval(() => this.tick(), TICK_MS) : undefined;
    this.tick();
  }

  private tick(): void {
    this.time.value = Date.now() / 1000;
  }
}
