import { asString } from '../json.ts';
import type { Decision } from '../protocol/alert.ts';
import { operationOf } from '../session/operation.ts';
import type { SessionState } from '../session/session-state.ts';
import type { Operation } from '../session/tool-call.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { type Breach, type CompiledPolicy, evaluate } from './evaluate.ts';
import { nextDeadline, type TimeOrigins } from './nearness.ts';
import { byStrictness } from './rule.ts';
import { FactSheet, type JudgedCall, type SharedValues } from './rule-facts.ts';
import type { RuleMemory } from './rule-memory.ts';

export interface GuardContext {
  readonly policy: CompiledPolicy;
  /** Unix seconds. */
  readonly now: number;
  /** The user's day, `2026-11-20`. */
  readonly day: string;
  readonly shared: SharedValues;
}

/** A decision on a call that waits for it. */
export interface Judged {
  readonly decision: Decision;
  /** Nobody was told of it before. */
  readonly isNew: boolean;
}

/** Holds one session against the rules; remembers what it has said, so that nothing is said twice. */
export class SessionGuard {
  private readonly memory: RuleMemory;
  private readonly sheet = new FactSheet();

  /** `memory` holds what was decided before this watcher started. */
  constructor(memory: RuleMemory) {
    this.memory = memory;
  }

  /**
   * The rules broken by the newest event, or by time alone when there is none; the strictest first.
   */
  check(state: SessionState, event: TraceEvent | undefined, context: GuardContext): readonly Decision[] {
    return this.breaches(state, event, context, {}).map((breach) => decisionOf(state.sessionId, breach, context.now));
  }

  /**
   * The same of a call that waits for the answer, with what it was told of before: that is not `isNew`. `operation`: what
   * the call does, where its event is redacted or cut. Decisions show the event's.
   */
  judge(
    state: SessionState,
    event: TraceEvent,
    context: GuardContext,
    operation: Operation | undefined,
  ): readonly Judged[] {
    return this.breaches(state, event, context, { isHeld: true, operation }).map((breach) => ({
      decision: decisionOf(state.sessionId, breach, context.now),
      isNew: breach.again !== true,
    }));
  }

  private breaches(
    state: SessionState,
    event: TraceEvent | undefined,
    context: GuardContext,
    { isHeld, operation }: { readonly isHeld?: boolean; readonly operation?: Operation | undefined },
  ): readonly Breach[] {
    const isAnyCall = event?.event_type === 'tool_call';
    const known = isAnyCall ? state.running.get(event.event_id) : undefined;
    // Of a call that waits the trace does not say that it is over, whatever is written there.
    const call = known ?? (isAnyCall && isHeld ? callIn(event) : undefined);
    const { policy, now, day, shared } = context;
    const { texts } = policy.context;
    const shown = this.sheet.fill(state, now, shared);
    if (call) shown.fillCall(call, texts);
    const facts =
      call && operation ? new FactSheet().fill(state, now, shared).fillCall({ ...call, operation }, texts) : shown;
    const occasion = { facts, shown, eventId: event?.event_id ?? '', isCall: call !== undefined, isHeld, day };
    const breaches = evaluate(policy, occasion, this.memory);
    return breaches.length < 2 ? breaches : [...breaches].sort((a, b) => byStrictness(a.rule, b.rule));
  }

  /** Nothing came of the decision: the rule fires again at the next event. */
  forget(decision: Decision): void {
    this.memory.forgetDecision(decision);
  }

  /** Unix seconds at which time alone may next break a rule; undefined when it will not. */
  deadline(policy: CompiledPolicy, origins: TimeOrigins): number | undefined {
    return nextDeadline(policy, origins, this.memory);
  }
}

function callIn({ data }: TraceEvent): JudgedCall {
  const tool = asString(data.tool_name) ?? 'unknown';
  return { tool, operation: operationOf(tool, data.arguments) };
}

function decisionOf(sessionId: string, breach: Breach, now: number): Decision {
  const { rule, eventId, value, threshold, message, condition, period, scope, warnsOf } = breach;
  const what = warnsOf === undefined ? rule.name : `${rule.name}/warning`;
  return {
    type: 'decision',
    decision_id: `${sessionId}/${what}/${eventId || now}`,
    session_id: sessionId,
    event_id: eventId,
    rule: rule.name,
    action: rule.action,
    mode: rule.mode ?? 'enforce',
    at: now,
    message: rule.notify ? `${message} (${rule.notify})` : message,
    value,
    threshold,
    condition,
    ...(warnsOf === undefined ? {} : { warns_of: warnsOf }),
    ...(period === undefined ? {} : { period }),
    ...(scope === undefined ? {} : { scope }),
  };
}
