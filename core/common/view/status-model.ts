import { formatCost } from '../cost/cost.ts';
import type { SessionState } from '../session/session-state.ts';

/** The line that stands for a session where there is room for one only. */
export interface StatusModel {
  /** `$0.42`, see `formatCost`. */
  readonly cost: string;
  /** `47 calls`. */
  readonly calls: string;
  /** Tool of the newest call that still runs; empty when none does. */
  readonly tool: string;
}

export function statusModel(state: SessionState): StatusModel {
  return {
    cost: formatCost(state.cost),
    calls: state.toolCalls === 1 ? '1 call' : `${state.toolCalls} calls`,
    tool: [...state.running.values()].at(-1)?.tool ?? '',
  };
}
