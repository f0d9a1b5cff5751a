import type { SessionLine } from '../../core/common/view/session-line.ts';
import type { StreamLine } from '../../core/common/view/stream-line.ts';
import type { Painter } from './colors.ts';
import { Frame, type Size } from './frame.ts';
import { sessionRows } from './session-rows.ts';
import type { View, ViewOutput } from './view.ts';

export interface ScreenViewOptions {
  readonly output: ViewOutput;
  readonly paint: Painter;
  readonly reflows: boolean;
  /** Unix seconds. */
  readonly now: () => number;
}

/** Milliseconds between two frames. */
const FRAME_MS = 50;
const TICK_MS = 1000;
/** Lines kept for a terminal that takes none (stopped with Ctrl-S, say); of more, the older half is left out. */
const MAX_WAITING_LINES = 50_000;

/** For terminals. Draws when something has changed, not more often than 20 times a second, one frame at a time. */
export class ScreenView implements View {
  private readonly options: ScreenViewOptions;
  private readonly frame: Frame;
  private sessions: readonly SessionLine[] = [];
  /** By session: what was said last of its guard. */
  private readonly toldGuards = new Map<string, string>();
  private waiting: StreamLine[] = [];
  private left = 0;
  private drawnAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private ticker: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;
  private changed = false;
  private ended = false;
  private readonly onResize = () => {
    this.frame.resize(sizeOf(this.options.output));
    this.schedule();
  };
  private readonly onError = () => this.end();

  constructor(options: ScreenViewOptions) {
    const { output, paint, reflows } = options;
    this.options = options;
    this.frame = new Frame({ size: sizeOf(output), paint, reflows });
    output.on('resize', this.onResize);
    output.on('error', this.onError);
  }

  update(sessions: readonly SessionLine[]): void {
    this.sessions = sessions;
    this.tellGuards();
    this.schedule();
  }

  print(line: StreamLine): void {
    if (this.ended) return;
    this.waiting.push(line);
    if (this.waiting.length > MAX_WAITING_LINES) this.left += this.waiting.splice(0, MAX_WAITING_LINES / 2).length;
    this.schedule();
  }

  /** A live line has room for the word alone; the reason is told when it becomes one. */
  private tellGuards(): void {
    for (const { sessionId, shortId, guard } of this.sessions) {
      if (guard === null) continue;
      const text = `${guard.mode}: ${guard.reason}`;
      if (this.toldGuards.get(sessionId) === text) continue;
      this.toldGuards.set(sessionId, text);
      this.print({ time: this.options.now(), session: shortId, kind: 'note', text, tone: 'quiet' });
    }
  }

  async close(): Promise<void> {
    if (this.ended) return;
    clearTimeout(this.timer);
    this.ended = true;
    await this.writing;
    await this.write(`${this.nextFrame()}${this.frame.leave()}`);
    this.end();
  }

  private schedule(): void {
    this.changed = true;
    if (this.timer || this.writing || this.ended) return;
    const since = this.options.now() * 1000 - this.drawnAt;
    const delay = since >= 0 && since < FRAME_MS ? FRAME_MS - since : 0;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.draw();
    }, delay);
  }

  private draw(): void {
    this.changed = false;
    this.drawnAt = this.options.now() * 1000;
    const text = this.nextFrame();
    this.tick();
    if (text === '') return;
    this.writing = this.write(text).then(() => {
      this.writing = undefined;
      if (this.changed) this.schedule();
    });
  }

  private nextFrame(): string {
    const { frame, sessions, waiting, left } = this;
    const live = sessionRows(sessions, { columns: frame.columns, rows: frame.liveRows, now: this.options.now() });
    const added = left > 0 ? [this.gapLine(left), ...waiting] : waiting;
    this.waiting = [];
    this.left = 0;
    return frame.draw(live, added);
  }

  private gapLine(count: number): StreamLine {
    const text = `${count} lines left out: more came than the terminal took`;
    return { time: this.options.now(), session: '', kind: 'note', text, tone: 'warning' };
  }

  /** Runs only while a tool runs: nothing else changes by itself. */
  private tick(): void {
    const running = this.sessions.some(({ active, phase }) => active && (phase === 'active' || phase === 'waiting'));
    if (running) {
      this.ticker ??= setInterval(() => this.schedule(), TICK_MS);
    } else {
      clearInterval(this.ticker);
      this.ticker = undefined;
    }
  }

  private write(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.options.output.write(text, resolve);
    });
  }

  private end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    clearInterval(this.ticker);
    this.options.output.off('resize', this.onResize);
  }
}

/** A terminal that does not say its size has the classic one. */
function sizeOf({ columns, rows }: ViewOutput): Size {
  return { columns: columns || 80, rows: rows || 24 };
}
