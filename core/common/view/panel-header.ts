import { type Cost, formatCost } from '../cost/cost.ts';
import type { AskedCall, PanelControls, PanelHeader, SessionChoice, SubagentNode } from '../protocol/panel.ts';
import type { Nearness } from '../rules/nearness.ts';
import type { GuardState } from '../session/listed-session.ts';
import type { SessionState } from '../session/session-state.ts';
import type { SessionSummary } from '../session/session-summary.ts';
import { excerpt } from './excerpt.ts';
import { limitBars } from './panel-limits.ts';
import { shortSessionId } from './short-session-id.ts';
import { rowId } from './stream-ids.ts';

/** More would be a list, and the stream is that list already. */
const MOST_RUNNING = 50;
const DEEPEST = 16;

/** What the header shows beside the session's own state. */
export interface HeaderFacts {
  readonly summary: SessionSummary;
  readonly readShare: number;
  readonly watch: GuardState;
  readonly curve: PanelHeader['curve'];
  readonly limits: readonly Nearness[];
  readonly subagents: readonly SubagentNode[];
  readonly controls: PanelControls;
  readonly asked: readonly AskedCall[];
}

export function panelHeader(state: SessionState, facts: HeaderFacts): PanelHeader {
  const { summary } = facts;
  const { usage } = state;
  const isOver = summary.state === 'completed' || summary.state === 'interrupted';
  return {
    sessionId: state.sessionId,
    agent: excerpt(summary.agent),
    model: excerpt(state.model ?? ''),
    phase: summary.state,
    readShare: facts.readShare,
    watch: facts.watch,
    startedAt: summary.started_at,
    endedAt: summary.ended_at,
    lastEventAt: state.lastEventAt ?? null,
    isAgain: summary.reactivated_at !== null && !isOver,
    cost: formatCost(state.cost),
    unpricedModels: state.cost.unpricedModels.map(excerpt),
    curve: facts.curve,
    tokens: {
      input: usage.input,
      output: usage.output,
      cacheRead: usage.cache_read,
      cacheWrite: usage.cache_write_5m + usage.cache_write_1h,
    },
    contextPct: state.contextPct ?? null,
    toolCalls: state.toolCalls,
    errors: state.errors,
    filesRead: state.filesRead,
    filesModified: state.filesModified,
    limits: limitBars(facts.limits),
    asked: facts.asked,
    running: isOver ? [] : running(state),
    subagents: facts.subagents,
    controls: facts.controls,
  };
}

/** What an entry of the session picker is made of. */
export interface ChoiceFacts extends Omit<SessionChoice, 'label'> {
  readonly agent: string;
  /** Unix seconds; undefined when unknown. */
  readonly startedAt: number | undefined;
}

/** An entry of the session picker: agent, id, and when it began as `timeText` writes it. */
export function sessionChoice(facts: ChoiceFacts, timeText: (at: number) => string): SessionChoice {
  const { id, phase, cost, agent, startedAt } = facts;
  const began = startedAt === undefined ? '' : `, ${timeText(startedAt)}`;
  return { id, label: `${excerpt(agent) || 'agent'} ${shortSessionId(id)}${began}`, phase, cost };
}

/** A cost as a summary has it. */
export function summaryCost({ cost }: Pick<SessionSummary, 'cost'>): string {
  const microUsd = cost.usd === null ? null : Math.round(cost.usd * 1_000_000);
  const whole: Cost = { microUsd, kind: cost.kind, unpricedModels: [] };
  return formatCost(whole);
}

/** The subagents of a session as a tree, by the links of summaries, oldest first; forged circles are cut. */
export function subagentTree(parentId: string, all: readonly SessionSummary[]): readonly SubagentNode[] {
  const children = new Map<string | null, SessionSummary[]>();
  for (const summary of all) {
    const siblings = children.get(summary.parent_session_id);
    if (siblings) siblings.push(summary);
    else children.set(summary.parent_session_id, [summary]);
  }
  const grow = (id: string, depth: number): readonly SubagentNode[] => {
    if (depth >= DEEPEST) return [];
    return (children.get(id) ?? [])
      .toSorted((a, b) => (a.started_at ?? 0) - (b.started_at ?? 0))
      .map((summary) => ({
        sessionId: summary.session_id,
        agent: excerpt(summary.agent),
        phase: summary.state,
        cost: summaryCost(summary),
        toolCalls: summary.tool_calls,
        children: grow(summary.session_id, depth + 1),
      }));
  };
  return grow(parentId, 0);
}

function running(state: SessionState): PanelHeader['running'] {
  const calls: { id: string; tool: string; startedAt: number }[] = [];
  for (const { id, tool, startedAt } of state.running.values()) {
    if (calls.length === MOST_RUNNING) break;
    calls.push({ id: rowId(id), tool: excerpt(tool), startedAt });
  }
  return calls;
}
