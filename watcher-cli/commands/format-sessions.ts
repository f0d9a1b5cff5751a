import { formatCost } from '../../core/common/cost/cost.ts';
import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';

const COLUMNS = [
  'SESSION',
  'AGENT',
  'STATE',
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

/** A table for people, newest session last. `now` is Unix seconds. */
export function formatSessions(sessions: readonly SessionSummary[], now: number): string {
  const rows = [COLUMNS, ...sessions.map((session) => row(session, now))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return RIGHT.has(COLUMNS[column] ?? '') ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}

function row(session: SessionSummary, now: number): readonly string[] {
  return [
    sanitize(session.session_id),
    sanitize(session.agent || '-'),
    session.state,
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

export function costText({ cost }: SessionSummary): string {
  const microUsd = cost.usd === null ? null : Math.round(cost.usd * 1_000_000);
  return formatCost({ microUsd, kind: cost.kind, unpricedModels: [] });
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
