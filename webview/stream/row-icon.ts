import type { PanelRow, RowKind } from '../../core/common/protocol/panel.ts';

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
  pause: 'debug-pause',
  kill: 'debug-stop',
  resume: 'debug-continue',
};

/** Name of the codicon that stands for the row. */
export function rowIcon({ kind, title, action }: PanelRow): string {
  if (kind === 'tool') return TOOL_ICONS.find(([name]) => name.test(title))?.[1] ?? KIND_ICONS.tool;
  if (kind === 'outcome' && action) return ACTION_ICONS[action];
  return KIND_ICONS[kind];
}
