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
    cost: { usd: toUsd(state.cost.microUsd), kind: state.cost.kind },
    tokens: { ...state.usage },
    tool_calls: state.toolCalls,
    errors: state.errors,
    files_read: state.filesRead,
    files_modified: state.filesModified,
    process: facts.process ?? null,
    parent_session_id: facts.parentSessionId ?? null,
  };
}
