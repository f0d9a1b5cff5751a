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

/** For pipes, files and terminals that can do nothing: a line an event, and one when a session's figures matter anew. */
export class PlainView implements View {
  private readonly options: PlainViewOptions;
  /** By session: what its last line said of phase and limits. */
  private readonly told = new Map<string, string>();
  private readonly waiting = new Set<Promise<void>>();

  constructor(options: PlainViewOptions) {
    this.options = options;
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
    await Promise.all(this.waiting);
  }

  private write(row: Row): void {
    const { output, paint } = this.options;
    const written = new Promise<void>((resolve) => {
      output.write(`${paint(row)}\n`, resolve);
    }).finally(() => this.waiting.delete(written));
    this.waiting.add(written);
  }
}

function materialState({ phase, nearness }: SessionLine): string {
  const steps = nearness.flatMap(({ rule, fraction, broken }) => {
    const step = broken ? 'broken' : STEPS.findLast((share) => fraction >= share);
    return step === undefined ? [] : `${rule}=${step}`;
  });
  return [phase, ...steps.sort()].join(' ');
}

function sessionRow(session: SessionLine, now: number): Row {
  const limits = session.nearness.map(
    ({ rule, fraction, broken }) => `${rule} ${broken ? '>100' : Math.floor(fraction * 100)}%`,
  );
  const figures = [
    session.phase,
    session.cost,
    `${session.calls} calls`,
    `${session.filesRead} files read`,
    `${session.filesModified} written`,
    `${formatCount(session.tokens)} tokens`,
    ...limits,
  ];
  return [span(`${clockTime(now)} ${session.shortId} status `, 'quiet'), span(figures.join(', '), 'strong')];
}
