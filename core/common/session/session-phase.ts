import type { SessionState } from './session-state.ts';
import type { SessionPhase } from './session-summary.ts';

/**
 * What the process table says of a session's agent; `unknown` when no process was recorded. `held`: it runs, but what it
 * started is stopped, and its calls wait.
 */
export type AgentProcessState = 'running' | 'stopped' | 'held' | 'gone' | 'unknown';

/** A session whose process nobody recorded counts as active for so long after its last event. Seconds. */
export const QUIET_AFTER = 15 * 60;

/** `now` is Unix seconds. */
export function phaseOf(state: SessionState, process: AgentProcessState, now: number): SessionPhase {
  if (state.endedAt !== undefined) return 'completed';
  if (process === 'gone') return 'interrupted';
  if (process === 'stopped' || process === 'held') return 'paused';
  // Nobody can tell whether it was ended; an end by silence is the usual one.
  if (process === 'unknown' && now - (state.lastEventAt ?? 0) > QUIET_AFTER) return 'completed';
  return state.waitingFor === undefined ? 'active' : 'waiting';
}

/** Whether a session may still do something. */
export function isLivePhase(phase: SessionPhase): boolean {
  return phase === 'active' || phase === 'waiting' || phase === 'paused';
}
