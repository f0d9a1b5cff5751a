import type { Decision } from '../../core/common/protocol/alert.ts';
import { type Breach, type CompiledPolicy, evaluate } from '../../core/common/rules/evaluate.ts';
import { nextDeadline } from '../../core/common/rules/nearness.ts';
import type { RuleMemory } from '../../core/common/rules/rule-memory.ts';
import { sessionValues } from '../../core/common/rules/session-values.ts';
import type { SessionState } from '../../core/common/session/session-state.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';

export interface GuardContext {
  readonly policy: CompiledPolicy;
  readonly mode: Decision['mode'];
  /** Unix seconds. */
  readonly now: number;
}

/** Holds one session against the rules; remembers what it has said, so that nothing is said twice. */
export class SessionGuard {
  private readonly memory: RuleMemory;

  /** `memory` holds what was decided before this watcher started. */
  constructor(memory: RuleMemory) {
    this.memory = memory;
  }

  /** The rules broken by the newest event, or by time alone when there is none. */
  check(state: SessionState, event: TraceEvent | undefined, context: GuardContext): readonly Decision[] {
    const call = event?.event_type === 'tool_call' ? state.running.get(event.event_id) : undefined;
    const facts = {
      values: sessionValues(state, context.now),
      eventId: event?.event_id ?? '',
      workspace: state.workspace,
      ...(call ? { operation: call.operation } : {}),
    };
    return evaluate(context.policy, facts, this.memory).map((breach) => decisionOf(state.sessionId, breach, context));
  }

  /** Nothing came of the decision: the rule fires again at the next event. */
  forget(decision: Decision): void {
    this.memory.forgetDecision(decision);
  }

  /** Unix seconds at which time alone will break a rule; undefined when it will not. */
  deadline({ policy }: CompiledPolicy, startedAt: number): number | undefined {
    return nextDeadline(policy, startedAt, this.memory);
  }
}

function decisionOf(sessionId: string, breach: Breach, { mode, now }: GuardContext): Decision {
  const { rule, eventId, value, threshold, message } = breach;
  return {
    type: 'decision',
    decision_id: `${sessionId}/${rule.name}/${eventId || now}`,
    session_id: sessionId,
    event_id: eventId,
    rule: rule.name,
    action: rule.action,
    mode,
    at: now,
    message: rule.notify ? `${message} (${rule.notify})` : message,
    value,
    threshold,
  };
}
