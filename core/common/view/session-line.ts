import { formatCost } from '../cost/cost.ts';
import { contextTokens, type Usage } from '../cost/usage.ts';
import type { Nearness } from '../rules/nearness.ts';
import type { GuardState } from '../session/listed-session.ts';
import type { SessionState } from '../session/session-state.ts';
import type { SessionPhase } from '../session/session-summary.ts';
import type { ToolCall } from '../session/tool-call.ts';
import { excerpt } from './excerpt.ts';
import { operationTarget } from './operation-target.ts';
import { shortSessionId } from './short-session-id.ts';

/** What the live line of one session tells. Its strings are safe to print. */
export interface SessionLine {
  readonly sessionId: string;
  /** See `shortSessionId`. */
  readonly shortId: string;
  readonly agent: string;
  readonly phase: SessionPhase;
  /** Null for a session that is over. */
  readonly guard: GuardState | null;
  /** `$0.42`, see `formatCost`. */
  readonly cost: string;
  readonly calls: number;
  /** The newest call without a result. */
  readonly active: ActiveTool | undefined;
  readonly filesRead: number;
  readonly filesModified: number;
  /** Nearest first. */
  readonly nearness: readonly LimitNearness[];
  /** Tokens of all requests so far, in and out, cached ones included. */
  readonly tokens: number;
}

export interface ActiveTool {
  readonly tool: string;
  /** Command, path or description; empty when the call has none. */
  readonly target: string;
  /** Unix seconds. */
  readonly startedAt: number;
}

export interface LimitNearness {
  readonly rule: string;
  /** Value as a share of the limit, 0 to 1. */
  readonly fraction: number;
  readonly broken: boolean;
}

export interface SessionLineFacts {
  readonly phase: SessionPhase;
  readonly guard: GuardState | null;
  readonly nearness: readonly Nearness[];
}

export function sessionLine(state: SessionState, facts: SessionLineFacts): SessionLine {
  const call = [...state.running.values()].at(-1);
  return {
    sessionId: state.sessionId,
    shortId: shortSessionId(state.sessionId),
    agent: excerpt(state.agent),
    phase: facts.phase,
    guard: facts.guard,
    cost: formatCost(state.cost),
    calls: state.toolCalls,
    active: call && activeTool(call),
    filesRead: state.filesRead,
    filesModified: state.filesModified,
    nearness: facts.nearness.map(limitNearness).sort((a, b) => b.fraction - a.fraction),
    tokens: allTokens(state.usage),
  };
}

function activeTool({ tool, operation, startedAt }: ToolCall): ActiveTool {
  return { tool: excerpt(tool), target: operationTarget(operation), startedAt };
}

function limitNearness({ rule, fraction, broken }: Nearness): LimitNearness {
  return { rule: excerpt(rule.name), fraction, broken };
}

function allTokens(usage: Usage): number {
  return contextTokens(usage) + usage.output;
}
