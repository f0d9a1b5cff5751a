import type { SessionState } from '../session/session-state.ts';
import type { LimitValues } from './evaluate.ts';

/** The values of a session that limits are held against. `now` is Unix seconds; an ended session has its own duration. */
export function sessionValues(state: SessionState, now: number): LimitValues {
  const { startedAt, endedAt, cost, contextPct } = state;
  return {
    files_modified: state.filesModified,
    files_read: state.filesRead,
    tool_calls: state.toolCalls,
    errors: state.errors,
    consecutive_test_failures: state.consecutiveTestFailures,
    retries: state.retries,
    loop_repeats: state.loopRepeats,
    ...(cost.microUsd === null ? {} : { cost_usd: cost.microUsd / 1_000_000 }),
    ...(startedAt === undefined ? {} : { duration_minutes: ((endedAt ?? now) - startedAt) / 60 }),
    ...(contextPct === undefined ? {} : { context_pct: contextPct }),
  };
}
