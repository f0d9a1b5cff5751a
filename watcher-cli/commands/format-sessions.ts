import { formatUsd } from '../../core/common/cost/cost.ts';
import type { ListedSession } from '../../core/common/session/listed-session.ts';
import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { shortSessionId } from '../../core/common/view/short-session-id.ts';

const COLUMNS = [
  'SESSION',
  'AGENT',
  'STATE',
  'GUARD',
  'STARTED',
  'DURATION',
  'COST',
  'CALLS',
  'ERRORS',
  'READ',
  'MODIFIED',
  'PID',
];
const RIGHT = new Set(['COST', 'CALLS', 'ERRORS', 'READ', 'MODIFIED', 'PID', 'DURATION']);

/** Sessions named with one reason. */
const MOST_NAMED = 5;

/** Left out, first to last, where a terminal is too narrow for all; `agent-trace status` shows them. */
const DISPENSABLE = ['PID', 'MODIFIED', 'READ', 'ERRORS', 'CALLS', 'DURATION', 'GUARD'];

/**
 * A table for people, newest session last; below it why sessions are guarded or not, and the models that have no price. `now` is Unix seconds. Where it is
 * wider than `columns`, ids are shortened to a beginning that fits no other, and columns are left out.
 */
export function formatSessions(sessions: readonly ListedSession[], now: number, columns?: number): string {
  const unpriced = new Set(sessions.flatMap(({ cost }) => cost.unpriced_models ?? []));
  const models = sanitize([...unpriced].join(', '));
  const note = unpriced.size === 0 ? '' : `\nno price for ${models}: not in the figures; see docs/cost.md\n`;
  return `${fittingTable(sessions, now, columns)}${guardNotes(sessions)}${note}`;
}

/** `observed 0c7e91a2, 4520f070: No watcher runs: nothing is stopped`, a line for each reason. */
function guardNotes(sessions: readonly ListedSession[]): string {
  const reasons = new Set(sessions.flatMap(({ guard }) => guard?.reason ?? []));
  const lines = [...reasons].map((reason) => {
    const those = sessions.filter(({ guard }) => guard?.reason === reason);
    const named = those.slice(0, MOST_NAMED).map(({ session_id }) => shortSessionId(session_id));
    const more = those.length > MOST_NAMED ? ` and ${those.length - MOST_NAMED} more` : '';
    return `${those[0]?.guard?.mode} ${named.join(', ')}${more}: ${sanitize(reason)}\n`;
  });
  return lines.length === 0 ? '' : `\n${lines.join('')}`;
}

function fittingTable(sessions: readonly ListedSession[], now: number, columns: number | undefined): string {
  const rows = [COLUMNS, ...sessions.map((session) => row(session, now))];
  if (columns === undefined || tableWidth(rows, COLUMNS) <= columns) return table(rows, COLUMNS);
  const ids = shortNames(sessions.map((session) => session.session_id));
  const short = rows.map(([id = '', ...cells], index) => [index === 0 ? id : sanitize(ids[index - 1] ?? id), ...cells]);
  let shown: readonly string[] = COLUMNS;
  for (const name of DISPENSABLE) {
    if (tableWidth(short, shown) <= columns) break;
    shown = shown.filter((column) => column !== name);
  }
  return table(short, shown);
}

/** The first eight characters of each id, or as many more as tell it from the others; by these it can be named. */
function shortNames(ids: readonly string[]): readonly string[] {
  const sorted = [...ids].sort();
  const shared = (one: string, other = ''): number => {
    let length = 0;
    while (length < one.length && one[length] === other[length]) length += 1;
    return length;
  };
  return ids.map((id) => {
    const at = sorted.indexOf(id);
    // The ids of subagents begin with their parent's: the beginning of that means the parent.
    const others = [sorted[at - 1], sorted[at + 1]].filter((other) => !other?.startsWith(`${id}.`));
    return id.slice(0, Math.max(8, ...others.map((other) => shared(id, other) + 1)));
  });
}

/** Columns of the terminal that the table takes. */
function tableWidth(rows: readonly (readonly string[])[], shown: readonly string[]): number {
  return widthsOf(rows, shown).reduce((sum, width) => sum + width + 2, -2);
}

function widthsOf(rows: readonly (readonly string[])[], shown: readonly string[]): readonly number[] {
  return shown.map((name) => Math.max(...rows.map((cells) => cells[COLUMNS.indexOf(name)]?.length ?? 0)));
}

function table(rows: readonly (readonly string[])[], shown: readonly string[]): string {
  const widths = widthsOf(rows, shown);
  const line = (cells: readonly string[]): string =>
    shown
      .map((name, at) => {
        const cell = cells[COLUMNS.indexOf(name)] ?? '';
        return RIGHT.has(name) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
      })
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}

function row(session: ListedSession, now: number): readonly string[] {
  return [
    sanitize(session.session_id),
    sanitize(session.agent || '-'),
    session.state,
    session.guard?.mode ?? '-',
    session.started_at === null ? '-' : localTime(session.started_at),
    session.started_at === null ? '-' : duration((session.ended_at ?? now) - session.started_at),
    costText(session),
    String(session.tool_calls),
    String(session.errors),
    String(session.files_read),
    String(session.files_modified),
    session.process === null ? '-' : `${session.process.pid}${session.process.alive ? '' : ' gone'}`,
  ];
}

/** Cost of a session with the sign for what is guessed or missing in it. */
export function costText({ cost }: SessionSummary): string {
  return formatUsd(cost);
}

/** `2026-11-20 10:30` in the machine's time zone; `-` for what is no time. */
export function localTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return '-';
  return date.toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
}

/** Longer than dates go; a trace may say anything. Seconds. */
const LONGEST = 8.64e12;

/** `42s`, `3m 07s`, `2h 05m`; `-` for what is no duration. */
export function duration(seconds: number): string {
  if (!(Math.abs(seconds) <= LONGEST)) return '-';
  const whole = Math.max(0, Math.floor(seconds));
  const padded = (value: number) => String(value).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${padded(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${padded(Math.floor((whole % 3600) / 60))}m`;
}
