import type { Decision } from '../protocol/alert.ts';
import { isPerCall } from './is-per-call.ts';
import { isPerDay } from './is-per-day.ts';
import { formatExpression } from './language/format-expression.ts';
import { isAnswer, type Rule } from './rule.ts';

/**
 * Under what a memory keeps that a rule was broken. A rule whose condition, action or mode is changed is a new rule and
 * is broken anew.
 */
export interface Firing {
  /** As `formatExpression` gives it. */
  readonly condition: string;
  /** Whether what is broken is a call, rather than the session: then each call may break it. */
  readonly isPerCall: boolean;
  /** Whether it asks for a day's cost: what is broken once then is a session on a day. */
  readonly isPerDay: boolean;
  readonly ofEvent: (eventId: string) => string;
  /** `period`: the day, or empty. */
  readonly ofSession: (period: string) => string;
}

/** `warnsOf`: see `Decision.warns_of`. */
export function firingOf(rule: Rule, warnsOf?: number): Firing {
  const condition = formatExpression(rule.when);
  const identity = { rule: rule.name, action: rule.action, mode: rule.mode ?? 'enforce', warns_of: warnsOf };
  const event = eventKey(identity);
  const always = `${sessionKey({ ...identity, condition })} `;
  return {
    condition,
    isPerCall: isPerCall(rule) && rule.repeat !== 'once',
    isPerDay: isPerDay(rule),
    ofEvent: (eventId) => `${event} ${eventId}`,
    // Asked for at each event while what was broken once goes on to hold.
    ofSession: (period) => (period === '' ? always : `${always}${period}`),
  };
}

/** Whether a rule is held against calls alone: it asks for facts of one, or answers one. */
export function isOnCalls(rule: Pick<Rule, 'when' | 'action'>): boolean {
  return isPerCall(rule) || isAnswer(rule.action);
}

/** The key of what a decision was about. */
export function keyOfDecision(decision: Decision): string {
  return decision.scope === 'session'
    ? `${sessionKey(decision)} ${decision.period ?? ''}`
    : `${eventKey(decision)} ${decision.event_id}`;
}

type Identity = Pick<Decision, 'rule' | 'action' | 'mode'> & { readonly warns_of?: number | undefined };

function eventKey({ rule, action, mode }: Identity): string {
  return JSON.stringify([rule, action, mode]);
}

function sessionKey({ rule, action, mode, warns_of, condition }: Identity & Pick<Decision, 'condition'>): string {
  return JSON.stringify([rule, action, mode, condition ?? '', ...(warns_of === undefined ? [] : [warns_of])]);
}
