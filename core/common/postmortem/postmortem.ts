import { formatCost, toUsd } from '../cost/cost.ts';
import type { Decision, Outcome } from '../protocol/alert.ts';
import type { SessionState } from '../session/session-state.ts';
import type { Operation, ToolCall } from '../session/tool-call.ts';
import { workspacePath } from '../session/workspace-path.ts';

/** What is left for people and programs after a session was killed: `postmortem-<session>.json`. */
export interface Postmortem {
  readonly session_id: string;
  readonly agent: string;
  readonly model: string | null;
  /** Unix seconds. */
  readonly started_at: number | null;
  readonly killed_at: number;
  readonly decision: Decision | null;
  readonly outcome: Outcome;
  readonly cost: { readonly usd: number | null; readonly kind: string; readonly unpriced_models: readonly string[] };
  readonly tool_calls: number;
  readonly errors: number;
  /** The newest calls, oldest first. */
  readonly last_calls: readonly PostmortemCall[];
  readonly files: readonly { readonly path: string; readonly reads: number; readonly writes: number }[];
}

interface PostmortemCall {
  readonly tool: string;
  /** Path, command or description. */
  readonly target: string;
  readonly status: ToolCall['status'];
  readonly started_at: number;
  readonly duration_ms: number | null;
}

const LAST_CALLS = 10;

export function postmortemOf(state: SessionState, decision: Decision | undefined, outcome: Outcome): Postmortem {
  return {
    session_id: state.sessionId,
    agent: state.agent,
    model: state.model ?? null,
    started_at: state.startedAt ?? null,
    killed_at: outcome.at,
    decision: decision ?? null,
    outcome,
    cost: { usd: toUsd(state.cost.microUsd), kind: state.cost.kind, unpriced_models: state.cost.unpricedModels },
    tool_calls: state.toolCalls,
    errors: state.errors,
    last_calls: state.recent.slice(-LAST_CALLS).map((call) => ({
      tool: call.tool,
      target: targetOf(call.operation, state.workspace),
      status: call.status,
      started_at: call.startedAt,
      duration_ms: call.durationMs ?? null,
    })),
    files: [...state.files.values()].map(({ path, reads, writes }) => ({ path, reads, writes })),
  };
}

/** Path, command line or description of a subagent's work, whole; empty when a call has none. */
function targetOf(operation: Operation, workspace: string | undefined): string {
  switch (operation.kind) {
    case 'read':
    case 'write':
      return workspacePath(operation.path, workspace);
    case 'command':
      return operation.command;
    case 'subagent':
      return operation.description;
    case 'fetch':
      return operation.url;
    case 'other':
      return '';
    default:
      return operation satisfies never;
  }
}

/** The same for people, as Markdown. */
export function postmortemMarkdown(state: SessionState, postmortem: Postmortem): string {
  const { decision, outcome } = postmortem;
  const time = (seconds: number) => new Date(seconds * 1000).toISOString();
  const lines = [
    `# Postmortem of session ${postmortem.session_id}`,
    '',
    decision
      ? `Rule ${code(decision.rule)} was broken at ${time(decision.at)}: ${plain(decision.message)}`
      : `Killed at ${time(outcome.at)} by a user's command.`,
    '',
    '| | |',
    '| --- | --- |',
    `| Agent | ${cell([postmortem.agent, postmortem.model ?? ''].filter(Boolean).join(', '))} |`,
    ...(postmortem.started_at === null ? [] : [`| Started | ${time(postmortem.started_at)} |`]),
    ...(decision?.event_id ? [`| Event | ${cell(decision.event_id)} |`] : []),
    `| Cost | ${cell(formatCost(state.cost))}${unpricedNote(postmortem)} |`,
    `| Tool calls | ${postmortem.tool_calls} |`,
    `| Errors | ${postmortem.errors} |`,
    `| Outcome | ${cell(`${outcome.result}: ${outcome.reason}`)} |`,
    '',
    '## What was signalled',
    '',
    ...(outcome.signalled.length === 0
      ? ['Nothing.']
      : [
          '| Process | Name | Signals | State after |',
          '| --- | --- | --- | --- |',
          ...outcome.signalled.map(
            ({ pid, name, signals, state }) => `| ${pid} | ${cell(name)} | ${signals.join(', ')} | ${state} |`,
          ),
        ]),
    '',
    '## Last calls',
    '',
    ...(postmortem.last_calls.length === 0 ? ['None.'] : postmortem.last_calls.map(callLine)),
    '',
    '## Files touched',
    '',
    ...(postmortem.files.length === 0
      ? ['None.']
      : postmortem.files.map(({ path, reads, writes }) => `- ${code(path)}: read ${reads}x, modified ${writes}x`)),
  ];
  return `${lines.join('\n')}\n`;
}

function callLine(call: PostmortemCall): string {
  const took = call.duration_ms === null ? '' : `, ${Math.round(call.duration_ms)} ms`;
  return `- ${plain(call.tool)} ${call.target ? `${code(call.target)} ` : ''}(${call.status}${took})`;
}

function unpricedNote({ cost }: Postmortem): string {
  return cost.unpriced_models.length === 0 ? '' : ` (no price known for ${cell(cost.unpriced_models.join(', '))})`;
}

/** Text out of a trace, on one line and without effect in Markdown. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*[\]<>|]|(?<!\w)_|_(?!\w)/g, '\\$&');
}

function cell(text: string): string {
  return plain(text);
}

function code(text: string): string {
  return `\`${text.replace(/\s+/g, ' ').replaceAll('`', "'").slice(0, 200)}\``;
}
