import type { Decision } from '../../core/common/protocol/alert.ts';
import type { Operation } from '../../core/common/session/tool-call.ts';
import type { Answered } from '../../core/node/enforce/enforcer.ts';
import type { AskedCalls } from './asked-calls.ts';
import { type HeldCalls, type Objection, reasonOf } from './held-calls.ts';

export interface HeldCallParts {
  readonly calls: HeldCalls;
  readonly asked: AskedCalls;
  /** The session whose process makes the call. */
  readonly head: string;
  /** What the call does, where its event is redacted or cut. */
  readonly operation: Operation | undefined;
  /** Seconds that the user has for an answer. */
  readonly askWithinSeconds: number;
  /** Resolves when the hook has ended. */
  readonly gone: Promise<void>;
}

/** A call that its hook waits with, and what rules have against it. */
export class HeldCall {
  readonly operation: Operation | undefined;
  private readonly parts: HeldCallParts;
  private readonly denials: Objection[] = [];
  private readonly questions = new Set<Objection>();

  constructor(parts: HeldCallParts) {
    this.parts = parts;
    this.operation = parts.operation;
  }

  /** The strictest first. */
  get objections(): readonly Objection[] {
    return [...this.denials, ...this.questions];
  }

  /** Denies the call. Settles with what came of it when its hook has told the agent, or did not. */
  async deny({ rule, message, event_id }: Decision): Promise<Answered> {
    this.denials.push({ kind: 'deny', rule, reason: reasonOf({ rule, message }) });
    return (await this.parts.calls.isTold(event_id))
      ? { result: 'done', call: 'denied', reason: 'the call did not run, and the agent was told why' }
      : { result: 'partial', call: 'denied', reason: 'the call was denied; its hook has not ended yet' };
  }

  /** Has the user decide about the call. Settles with the decision. */
  async ask(decision: Decision): Promise<Answered> {
    const { calls, asked, head, askWithinSeconds, gone } = this.parts;
    const { decision_id: id, session_id, event_id, rule, message, at } = decision;
    const question: Objection = { kind: 'ask', rule, reason: reasonOf({ rule, message }) };
    this.questions.add(question);
    const ask = { id, session_id, event_id, rule, message, at };
    const { allowed, reason, isLate } = await asked.ask(ask, head, askWithinSeconds, gone);
    this.questions.delete(question);
    if (!allowed) this.denials.push({ kind: 'deny', rule, reason: `${reasonOf({ rule, message })}; ${reason}` });
    calls.reconsider();
    return isLate ? { result: 'late', reason } : { result: 'done', call: allowed ? 'allowed' : 'denied', reason };
  }
}
