import type { PanelRow, RowKind, RowStatus } from '../../core/common/protocol/panel.ts';
import { formatDuration } from '../../core/common/view/quantity.ts';

/** What one of them is called; `KIND_PLURALS` where several are meant. */
const KIND_NAMES: Readonly<Record<RowKind, string>> = {
  session: 'Session',
  prompt: 'Prompt',
  response: 'Response',
  tool: 'Tool call',
  file: 'File',
  request: 'Request',
  decision: 'Decision',
  error: 'Error',
  rule: 'Rule',
  outcome: 'Outcome',
};

export const KIND_PLURALS: Readonly<Record<RowKind, string>> = {
  session: 'Sessions',
  prompt: 'Prompts',
  response: 'Responses',
  tool: 'Tool calls',
  file: 'Files',
  request: 'Requests',
  decision: 'Decisions',
  error: 'Errors',
  rule: 'Rules',
  outcome: 'Outcomes',
};

/** `14:02:09`, local time; `at` is Unix seconds. */
export function clockTime(at: number): string {
  const date = new Date(at * 1000);
  if (Number.isNaN(date.getTime())) return '';
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

const STATUS_WORDS: Readonly<Record<RowStatus, string>> = {
  running: 'running',
  completed: '',
  failed: 'failed',
  interrupted: 'interrupted',
  held: 'held',
  allowed: 'allowed',
  denied: 'denied',
};

/** The row in one sentence, for those who hear it. */
export function rowLabel(row: PanelRow): string {
  const kind = row.kind === 'tool' || row.title === KIND_NAMES[row.kind] ? '' : KIND_NAMES[row.kind];
  const duration = row.durationMs === undefined ? '' : formatDuration(row.durationMs);
  const word = row.status === undefined ? '' : STATUS_WORDS[row.status];
  const status = row.asked === undefined ? word : `${word}, waits for your answer`;
  return [kind, row.title, row.text, status, duration, clockTime(row.at)].filter((part) => part !== '').join(', ');
}

/** Whole seconds, for times that move once a second: `7 s`, `3m 07s`. */
export function formatElapsed(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return whole < 10 ? `${whole} s` : formatDuration(whole * 1000);
}
