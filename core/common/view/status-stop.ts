import type { Alert, Outcome } from '../protocol/alert.ts';

/** That a session was stopped, and why. */
export interface Stop {
  readonly action: 'pause' | 'kill';
  /** Empty when a user asked for it. */
  readonly rule: string;
  /** What the rule measured; empty when a user asked for it. */
  readonly message: string;
  /** What was done to the process, in a sentence. */
  readonly reason: string;
  /** Unix seconds. */
  readonly at: number;
}

/**
 * The last thing that was done to the process of a session, by rule or by hand; undefined when it was let go again.
 * `alerts` are those of its store, oldest first. Subagents run in the process of their parent: what stops one, stops
 * both.
 */
export function lastStop(alerts: readonly Alert[], sessionId: string): Stop | undefined {
  const outcome = alerts.findLast(
    (alert) =>
      alert.type === 'outcome' &&
      isOfProcess(alert.action) &&
      (alert.result === 'done' || alert.result === 'partial') &&
      inOneProcess(alert.session_id, sessionId),
  );
  if (outcome?.type !== 'outcome') return undefined;
  const { action, rule, at, reason, decision_id } = outcome;
  if (action !== 'pause' && action !== 'kill') return undefined;
  const decision =
    decision_id === ''
      ? undefined
      : alerts.findLast((alert) => alert.type === 'decision' && alert.decision_id === decision_id);
  return { action, rule, message: decision?.type === 'decision' ? decision.message : '', reason, at };
}

function isOfProcess(action: Outcome['action']): boolean {
  return action === 'pause' || action === 'kill' || action === 'resume';
}

/** What the agent writes while it closes its session may come a little after what ended it. Seconds. */
const CLOSING = 10;

/** Whether a session that is over was ended by this, rather than having gone on after it. */
export function endedBy(stop: Stop | undefined, lastEventAt: number | undefined): boolean {
  return stop?.action === 'kill' && (lastEventAt ?? 0) <= stop.at + CLOSING;
}

function inOneProcess(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
}
