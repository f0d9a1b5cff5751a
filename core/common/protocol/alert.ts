import type { Action, Mode } from '../rules/rule.ts';

/** One line of `alerts.ndjson` and of `watch --json`. Times are Unix seconds. */
export type Alert = Decision | Outcome | Hold;

/** A rule was broken. Written before anything is done about it. */
export interface Decision {
  readonly type: 'decision';
  readonly decision_id: string;
  readonly session_id: string;
  /** The event that broke the rule; empty when time alone did (`duration_minutes`). */
  readonly event_id: string;
  readonly rule: string;
  readonly action: Action;
  /** Of the rule; `monitor` for all of them in a dry run. */
  readonly mode: Mode;
  readonly at: number;
  /** One sentence: what was measured and what the rule allows. */
  readonly message: string;
  readonly value?: number | string;
  readonly threshold?: number | string;
  /** The day that a limit on days was broken on, `2026-11-20`; on another day it holds anew. */
  readonly period?: string;
  /** The rule's condition in the language of `when`. */
  readonly condition?: string;
  /** Set for a warning, whose action is `alert`: the limit that is near. `threshold` is the share of it that was passed. */
  readonly warns_of?: number;
  /** `session` for a condition that a session breaks once, as limits are; left out for one that each call may break. */
  readonly scope?: 'session';
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
  /** What became of the call that broke the rule, where it waited for that; left out where it has run, or may have. */
  readonly call?: 'allowed' | 'denied';
  /** One sentence for the user: what happened, or why nothing did. */
  readonly reason: string;
  readonly signalled: readonly SignalledProcess[];
}

/** A call waits because its session is paused, by a rule or by its user; told again when it waits no longer. */
export interface Hold {
  readonly type: 'hold';
  /** The same of the beginning and of the end. */
  readonly decision_id: string;
  readonly session_id: string;
  /** The call. */
  readonly event_id: string;
  /** Empty when a user's command, not a rule, has paused the session. */
  readonly rule: string;
  readonly action: 'pause';
  readonly at: number;
  /** `unknown`: whoever held it, or waited for it, is gone. */
  readonly call: 'held' | 'allowed' | 'denied' | 'unknown';
  /** One sentence: the call, and why it waits or waits no longer. */
  readonly reason: string;
}

/**
 * - `done`: the effect was read back (processes stopped, running again, or gone).
 * - `partial`: some of it was; `reason` says what is left.
 * - `refused`: no signal was sent, on purpose.
 * - `failed`: it was tried and did not work.
 * - `monitor`: dry run or monitor mode; nothing was tried.
 * - `superseded`: a stricter rule that the same event broke was carried out instead.
 * - `late`: an answer to a call that nobody held for one; it may have run.
 */
export const OUTCOME_RESULTS = ['done', 'partial', 'refused', 'failed', 'monitor', 'superseded', 'late'] as const;
export type OutcomeResult = (typeof OUTCOME_RESULTS)[number];

export interface SignalledProcess {
  readonly pid: number;
  /** Executable's base name; never arguments, which may hold secrets. */
  readonly name: string;
  /** In the order sent: `SIGSTOP`, `SIGTERM`, ... */
  readonly signals: readonly string[];
  /** What was read back at the end. */
  readonly state: 'running' | 'stopped' | 'gone' | 'unknown';
}
