import type { PanelRow, RowKind, RowStatus } from '../../core/common/protocol/panel.ts';

/** Tools of the agents we know, by how their names begin; names of codicons. */
const TOOL_ICONS: readonly (readonly [RegExp, string])[] = [
  [/^(bash|shell|run|exec|terminal|kill)/i, 'terminal'],
  [/^(read|view|cat)/i, 'eye'],
  [/^(notebook)/i, 'notebook'],
  [/^(write|create)/i, 'new-file'],
  [/^(edit|multiedit|str_replace|apply_?patch|replace|patch)/i, 'edit'],
  [/^(grep|glob|search|find|ls|list|toolsearch)/i, 'search'],
  [/^(web|fetch|http|browser)/i, 'globe'],
  [/^(task(?!create|list|update|get|output|stop)|agent|spawn)/i, 'type-hierarchy-sub'],
  [/^(todo|task|plan|update_plan|enterplan|exitplan)/i, 'checklist'],
  [/^(ask|question)/i, 'question'],
  [/^(mcp_|skill)/i, 'plug'],
];

const KIND_ICONS: Readonly<Record<RowKind, string>> = {
  session: 'pulse',
  prompt: 'account',
  response: 'sparkle',
  tool: 'tools',
  file: 'file',
  request: 'arrow-swap',
  decision: 'law',
  error: 'error',
  rule: 'shield',
  outcome: 'pass',
};

/** Names of codicons. */
export const ACTION_ICONS: Readonly<Record<NonNullable<PanelRow['action']>, string>> = {
  alert: 'bell',
  ask: 'question',
  deny: 'circle-slash',
  pause: 'debug-pause',
  kill: 'debug-stop',
  resume: 'debug-continue',
};

/** What became of a call that a rule held. */
const FATE_ICONS: Partial<Record<RowStatus, string>> = { held: 'question', allowed: 'check', denied: 'circle-slash' };

/** Name of the codicon that stands for the row. */
export function rowIcon({ kind, title, action, status }: PanelRow): string {
  if (status === 'held' && action === 'pause') return ACTION_ICONS.pause;
  const fate = status && FATE_ICONS[status];
  if (fate !== undefined) return fate;
  if (kind === 'tool') return TOOL_ICONS.find(([name]) => name.test(title))?.[1] ?? KIND_ICONS.tool;
  if (kind === 'outcome' && action) return ACTION_ICONS[action];
  return KIND_ICONS[kind];
}
