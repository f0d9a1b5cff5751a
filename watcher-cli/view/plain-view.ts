import { formatCount } from '../../core/common/view/quantity.ts';
import type { SessionLine } from '../../core/common/view/session-line.ts';
import type { StreamLine } from '../../core/common/view/stream-line.ts';
import type { Painter } from './colors.ts';
import { type Row, span } from './row.ts';
import { clockTime } from './stream-row.ts';
import type { View, ViewOutput } from './view.ts';

export interface PlainViewOptions {
  readonly output: ViewOutput;
  readonly paint: Painter;
  /** Unix seconds. */
  readonly now: () => number;
}

/** Shares of a limit that are worth a line when they are reached. */
const STEPS = [0.5, 0.8, 1];

/** Lines kept for a reader that takes none. */
const MAX_WAITING_LINES = 20_000;

/** For pipes, files and terminals that can do nothing: a line an event, and one when a session's figures matter anew. */
export class PlainView implements View {
  private readonly options: PlainViewOptions;
  /** By session: what its last line said of phase and limits. */
  private readonly told = new Map<string, string>();
  private waiting = 0;
  private left = 0;
  private broken = false;
  private drained = () => {};

  constructor(options: PlainViewOptions) {
    this.options = options;
    options.output.on('error', () => {
      this.broken = true;
      this.drained();
    });
  }

  update(sessions: readonly SessionLine[]): void {
    for (const session of sessions) {
      const state = materialState(session);
      const before = this.told.get(session.sessionId) ?? 'active';
      this.told.set(session.sessionId, state);
      if (state !== before) this.write(sessionRow(session, this.options.now()));
    }
  }

  print(line: StreamLine): void {
    const { time, session, kind, text, tone } = line;
    this.write([span(`${clockTime(time)} ${session || '-'} ${kind} `, 'quiet'), span(text, tone)]);
  }

  async close(): Promise<void> {
    if (this.waiting === 0 || this.broken) return;
    await new Promise<void>((resolve) => {
      this.drained = resolve;
    });
  }

  private write(row: Row): void {
    if (this.broken) return;
    if (this.waiting >= MAX_WAITING_LINES) {
      this.left += 1;
      return;
    }
    const { output, paint } = this.options;
    const gap = this.left > 0 ? `... ${this.left} lines left out: nobody took them\n` : '';
    this.left = 0;
    this.waiting += 1;
    output.write(`${gap}${paint(row)}\n`, () => {
      this.waiting -= 1;
      if (this.waiting === 0) this.drained();
    });
  }
}

function materialState({ phase, guard, nearness }: SessionLine): string {
  const steps = nearness.flatMap(({ rule, fraction, broken }) => {
    const step = broken ? 'broken' : STEPS.findLast((share) => fraction >= share);
    return step === undefined ? [] : `${rule}=${step}`;
  });
  return [phase, ...(guard === null ? [] : [guard.mode, guard.reason]), ...steps.sort()].join(' ');
}

function sessionRow(session: SessionLine, now: number): Row {
  const limits = session.nearness.map(
    ({ rule, fraction, broken }) => `${rule} ${broken ? '>100' : Math.floor(fraction * 100)}%`,
  );
  const figures = [
    session.phase,
    session.cost,
    `${session.calls} calls`,
    `files: ${session.filesRead} read ${session.filesModified} written`,
    `${formatCount(session.tokens)} tokens`,
    ...limits,
    ...(session.guard === null ? [] : [`${session.guard.mode}: ${session.guard.reason}`]),
  ];
  return [span(`${clockTime(now)} ${session.shortId} status `, 'quiet'), span(figures.join(', '), 'strong')];
}
