import type { SessionPhase } from '../../core/common/session/session-summary.ts';
import { formatCount, formatDuration } from '../../core/common/view/quantity.ts';
import type { LimitNearness, SessionLine } from '../../core/common/view/session-line.ts';
import type { Tone } from '../../core/common/view/stream-line.ts';
import { clip, clipRow, type Row, rowWidth, type Span, span, widthOf } from './row.ts';

export interface SessionRowsOptions {
  readonly columns: number;
  /** Rows there is room for. */
  readonly rows: number;
  /** Unix seconds. */
  readonly now: number;
}

const PHASES: Readonly<Record<SessionPhase, { readonly symbol: string; readonly tone: Tone }>> = {
  active: { symbol: '●', tone: 'good' },
  waiting: { symbol: '?', tone: 'warning' },
  paused: { symbol: '‖', tone: 'warning' },
  completed: { symbol: '✓', tone: 'quiet' },
  interrupted: { symbol: '✗', tone: 'bad' },
};

/** One row a session, columns aligned; when they are too many, the last row counts those that are not shown. */
export function sessionRows(
  sessions: readonly SessionLine[],
  { columns, rows, now }: SessionRowsOptions,
): readonly Row[] {
  if (sessions.length === 0) return [clipRow([span('no session yet', 'quiet')], columns)];
  const ordered = sessions.length <= rows ? sessions : livingFirst(sessions);
  const shown = ordered === sessions ? sessions : ordered.slice(0, Math.max(0, rows - 1));
  const table = layOut(shown, columns);
  const lines = shown.map((session, index) => {
    const fixed = table[index] ?? [];
    return clipRow([...fixed, ...activeSpans(session, columns - rowWidth(fixed), now)], columns);
  });
  const hidden = ordered.slice(shown.length);
  return hidden.length === 0 ? lines : [...lines, clipRow([span(moreText(hidden), 'quiet')], columns)];
}

function livingFirst(sessions: readonly SessionLine[]): readonly SessionLine[] {
  return [...sessions].sort((a, b) => Number(hasEnded(a)) - Number(hasEnded(b)));
}

function hasEnded({ phase }: SessionLine): boolean {
  return phase === 'completed' || phase === 'interrupted';
}

/** `+3 more: 2 active, 1 paused`. */
function moreText(sessions: readonly SessionLine[]): string {
  const counts = new Map<SessionPhase, number>();
  for (const { phase } of sessions) counts.set(phase, (counts.get(phase) ?? 0) + 1);
  return `+${sessions.length} more: ${[...counts].map(([phase, count]) => `${count} ${phase}`).join(', ')}`;
}

type Cell = (session: SessionLine) => readonly Span[];

const id: Cell = ({ shortId, phase }) => [
  span(PHASES[phase].symbol, PHASES[phase].tone),
  span(` ${shortId}`, 'strong'),
];
const phase: Cell = (session) => [span(session.phase, PHASES[session.phase].tone)];
const guard: Cell = (session) =>
  session.guard === null ? [] : [span(session.guard.mode, session.guard.mode === 'guarded' ? 'good' : 'quiet')];
const cost: Cell = (session) => [name(session.cost, 'strong')];
const calls: Cell = (session) => [span(session.calls === 1 ? '1 call' : `${session.calls} calls`)];
const files: Cell = (session) => [span(`${session.filesRead} read ${session.filesModified} written`)];
const tokens: Cell = (session) => [span(`${formatCount(session.tokens)} tok`)];
const agent: Cell = (session) => [name(session.agent, 'quiet')];
const limits =
  (most: number): Cell =>
  ({ nearness }) =>
    nearness.slice(0, most).flatMap((limit, index) => [span(index > 0 ? ' ' : ''), limitSpan(limit, true)]);
const nearest: Cell = ({ nearness }) => nearness.slice(0, 1).map((limit) => limitSpan(limit, false));

/** Numbers stand at the right end of their column. */
const RIGHT: ReadonlySet<Cell> = new Set([cost, calls, tokens]);

/** What is shown, richest first; the first that leaves room for the active tool is taken. */
const LAYOUTS: readonly (readonly Cell[])[] = [
  [id, phase, guard, cost, calls, files, tokens, limits(4), agent],
  [id, phase, guard, cost, calls, files, tokens, limits(3)],
  [id, phase, guard, cost, calls, files, limits(3)],
  [id, phase, guard, cost, calls, files, limits(2)],
  [id, phase, guard, cost, calls, limits(2)],
  [id, phase, guard, cost, calls, limits(1)],
  [id, phase, cost, calls, limits(1)],
  [id, cost, calls, limits(1)],
  [id, cost, limits(1)],
  [id, cost, nearest],
  [id, cost],
  [id],
];
/** The money is worth more than the active tool. */
const LEAST_CELLS = 2;
const GAP = 2;
/** Names come from traces and rule files; a long one must not take all the room. */
const NAME_COLUMNS = 16;

/** The fixed part of each row, with a gap behind it. */
function layOut(sessions: readonly SessionLine[], columns: number): readonly Row[] {
  let rows: readonly Row[] = [];
  for (const layout of LAYOUTS) {
    rows = aligned(sessions, layout, columns < 60 ? 1 : GAP);
    const roomForTool = layout.length > LEAST_CELLS ? Math.max(6, Math.floor(columns * 0.25)) : 0;
    if (rows.every((row) => rowWidth(row) + roomForTool <= columns)) break;
  }
  return rows;
}

function aligned(sessions: readonly SessionLine[], layout: readonly Cell[], gap: number): readonly Row[] {
  const table = layout.map((cell) => {
    const cells = sessions.map((session) => cell(session));
    return { cells, width: Math.max(...cells.map(rowWidth)), right: RIGHT.has(cell) };
  });
  return sessions.map((_, index) =>
    table.flatMap(({ cells, width, right }) => {
      const spans = cells[index] ?? [];
      if (width === 0) return [];
      const padding = span(' '.repeat(width - rowWidth(spans)));
      const behind = span(' '.repeat(gap));
      return right ? [padding, ...spans, behind] : [...spans, padding, behind];
    }),
  );
}

function limitSpan({ rule, fraction, broken }: LimitNearness, named: boolean): Span {
  const percent = broken ? '>100%' : `${Math.floor(fraction * 100)}%`;
  const tone = broken ? 'bad' : fraction >= 0.8 ? 'warning' : 'quiet';
  return span(named ? `${name(rule, tone).text} ${percent}` : percent, tone);
}

function name(text: string, tone: Tone): Span {
  const whole = span(text, tone);
  return { ...whole, text: clip(whole.text, NAME_COLUMNS) };
}

/** `Bash npm test 3 s`: the time stays when the rest is cut. What an ended session was at is not going on. */
function activeSpans(session: SessionLine, columns: number, now: number): readonly Span[] {
  const { active } = session;
  if (!active || hasEnded(session)) return [];
  const elapsed = elapsedText(now - active.startedAt);
  const call = span(`${active.tool} ${active.target}`.trim()).text;
  const room = columns - widthOf(elapsed) - 1;
  return room < 4 ? [span(clip(call, columns))] : [span(`${clip(call, room)} `), span(elapsed, 'quiet')];
}

/** Whole seconds: it is drawn once a second. */
function elapsedText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return whole < 10 ? `${whole} s` : formatDuration(whole * 1000);
}
