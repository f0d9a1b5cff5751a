import type { LimitVariable } from '../../core/common/rules/rule.ts';
import type { SessionState } from '../../core/common/session/session-state.ts';

/** The values rules are held against; undefined where nothing is known, and then no rule can be broken by it. */
export type SessionValues = Readonly<Partial<Record<LimitVariable, number>>>;

/** `now` is Unix seconds; a session that ended has the duration it ended with. */
export function sessionValues(state: SessionState, now: number): SessionValues {
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
