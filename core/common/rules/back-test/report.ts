import type { Cost } from '../../cost/cost.ts';
import type { Action, Mode } from '../rule.ts';

/** US dollars with what kind of figure they are; null when nothing has a price. */
export interface Money {
  readonly usd: number | null;
  readonly kind: Cost['kind'];
}

/**
 * `agent-trace rules test --json`: what rules would have done to recorded sessions. Documented in docs/rules.md; a public
 * contract. A session includes its subagents, which run in its process; times are Unix seconds.
 */
export interface BackTestReport extends Money {
  readonly version: 1;
  /** Path of the store. */
  readonly store: string;
  /** Rule files, in the order in which their rules are held against a call. */
  readonly files: readonly string[];
  /** Sessions without an event since then were left out; null when none were. */
  readonly since: number | null;
  readonly sessions: number;
  readonly events: number;
  /** By all rules together: each session at the first rule that pauses or kills. */
  readonly stopped: StopTotal;
  /** In the order of the policy. */
  readonly rules: readonly RuleResult[];
  /** The first time that each rule was broken in each session, in the order in which sessions ended. */
  readonly hits: readonly BackTestHit[];
}

export interface StopTotal {
  readonly sessions: number;
  /** What those spent after they would have been stopped: the most that could have been saved. */
  readonly saved_usd: number | null;
  readonly kind: Cost['kind'];
}

/** One rule by itself, as if there were no others. */
export interface RuleResult {
  readonly rule: string;
  readonly action: Action;
  /** In `monitor` mode it only says what it would do. */
  readonly mode: Mode;
  /** The condition in CEL. */
  readonly when: string;
  /** Sessions that broke it. */
  readonly sessions: number;
  /** How often it was broken. */
  readonly times: number;
  /** Sessions that came near its limit, of which it warns. */
  readonly warned: number;
  /** Null for a rule that stops no session. */
  readonly stopped: StopTotal | null;
}

export interface BackTestHit {
  readonly rule: string;
  readonly action: Action;
  readonly mode: Mode;
  readonly session_id: string;
  /** The session at the head: another one when a subagent broke the rule. */
  readonly root_session_id: string;
  readonly agent: string;
  readonly started_at: number;
  /** Empty when time alone broke it. */
  readonly event_id: string;
  /** Events of `session_id` up to then, this one included. */
  readonly event: number;
  readonly at: number;
  /** What was measured and what the rule allows, as an alert says it. */
  readonly message: string;
  readonly value?: number | string;
  readonly threshold?: number | string;
  /** How often the rule was broken in the session. */
  readonly times: number;
  /** Spent by the session with its subagents: up to then, and in all. */
  readonly usd: number | null;
  readonly session_usd: number | null;
  /** Spent after it. What a rule that stops would have saved at the most; null where it stops nothing or has no price. */
  readonly saved_usd: number | null;
  readonly kind: Cost['kind'];
}
