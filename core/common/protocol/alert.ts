import type { Action } from '../rules/rule.ts';

/** One line of `alerts.ndjson` and of `watch --json`. Times are Unix seconds. */
export type Alert = Decision | Outcome;

/** A rule was broken. Written before anything is done about it. */
export interface Decision {
  readonly type: 'decision';
  readonly decision_id: string;
  readonly session_id: string;
  /** The event that broke the rule; empty when time alone did (`duration_minutes`). */
  readonly event_id: string;
  readonly rule: string;
  readonly action: Action;
  readonly mode: 'enforce' | 'monitor';
  readonly at: number;
  /** One sentence: what was measured and what the rule allows. */
  readonly message: string;
  readonly value?: number | string;
  readonly threshold?: number | string;
}

/** What came of a decision or of a user's command. */
export interface Outcome {
  readonly type: 'outcome';
  /** Empty when a user's command, not a rule, was the cause. */
  readonly decision_id: string;
  readonly session_id: string;
  readonly event_id: string;
  readonly rule: string;
  readonly action: Action | 'resume';
  readonly at: number;
  readonly result: OutcomeResult;
  /** One sentence for the user: what happened, or why nothing did. */
  readonly reason: string;
  readonly signalled: readonly SignalledProcess[];
}

/**
 * - `done`: the effect was read back (processes stopped, running again, or gone).
 * - `partial`: some of it was; `reason` says what is left.
 * - `refused`: no signal was sent, on purpose.
 * - `failed`: it was tried and did not work.
 * - `monitor`: dry run or monitor mode; nothing was tried.
 */
export type OutcomeResult = 'done' | 'partial' | 'refused' | 'failed' | 'monitor';

export interface SignalledProcess {
  readonly pid: number;
  /** Executable's base name; never arguments, which may hold secrets. */
  readonly name: string;
  /** In the order sent: `SIGSTOP`, `SIGTERM`, ... */
  readonly signals: readonly string[];
  /** What was read back at the end. */
  readonly state: 'running' | 'stopped' | 'gone' | 'unknown';
}
