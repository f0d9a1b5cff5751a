import { toUsd } from '../cost/cost.ts';
import type { SessionState } from './session-state.ts';
import type { SessionPhase, SessionSummary } from './session-summary.ts';

export interface SummaryFacts {
  readonly phase: SessionPhase;
  readonly process: { readonly pid: number; readonly alive: boolean } | undefined;
  readonly parentSessionId: string | undefined;
}

export function summarize(state: SessionState, facts: SummaryFacts): SessionSummary {
  return {
    session_id: state.sessionId,
    agent: state.agent,
    state: facts.phase,
    started_at: state.startedAt ?? null,
    ended_at: state.endedAt ?? null,
    reactivated_at: reactivatedAt(state, facts),
    cost: {
      usd: toUsd(state.cost.microUsd),
      kind: state.cost.kind,
      ...(state.cost.unpricedModels.length === 0 ? {} : { unpriced_models: state.cost.unpricedModels }),
    },
    tokens: { ...state.usage },
    tool_calls: state.toolCalls,
    errors: state.errors,
    files_read: state.filesRead,
    files_modified: state.filesModified,
    process: facts.process ?? null,
    parent_session_id: facts.parentSessionId ?? null,
  };
}

/** Silence is an end where nobody knows of a process. */
function reactivatedAt({ reactivatedAt, wokenAt }: SessionState, { process }: SummaryFacts): number | null {
  const woken = process === undefined ? wokenAt : undefined;
  return Math.max(reactivatedAt ?? 0, woken ?? 0) || null;
}
