import type { SessionSummary } from './session-summary.ts';

/** Whether a session's calls are stopped before they run, and why (not), in one sentence. */
export interface GuardState {
  readonly mode: 'guarded' | 'observed';
  readonly reason: string;
}

/** What `agent-trace list --json` and the control socket tell of a session. */
export interface ListedSession extends SessionSummary {
  /** Null for a session that is over: what it did cannot be stopped any more. */
  readonly guard: GuardState | null;
}
