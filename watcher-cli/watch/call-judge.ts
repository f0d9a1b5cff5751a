import { type PendingCall, TOO_LONG_TO_JUDGE } from '../../core/common/protocol/control.ts';
import type { Verdict } from '../../core/common/protocol/verdict.ts';
import { DEFAULT_GUARD } from '../../core/common/rules/guard-settings.ts';
import type { AskedCalls } from './asked-calls.ts';
import type { CallHolds } from './call-holds.ts';
import { HeldCall } from './held-call.ts';
import type { HeldCalls, Judgement, Objection } from './held-calls.ts';
import type { RuleCheck } from './rule-check.ts';
import type { WatchedSessions } from './watched-sessions.ts';
import type { WatchedSpend } from './watched-spend.ts';

export interface CallJudgeOptions {
  readonly sessions: WatchedSessions;
  readonly spend: WatchedSpend;
  readonly rules: RuleCheck;
  readonly calls: HeldCalls;
  readonly asked: AskedCalls;
  readonly holds: CallHolds;
}

/** Seconds by which the end of a call may be told too early: the hook's clock is read before its file is. */
const CLOCK_SLACK = 0.5;

const TOO_LONG: Verdict = { verdict: 'deny', rule: '', reason: TOO_LONG_TO_JUDGE, stop: false };

/** Answers hooks that ask about calls before they let them run. */
export class CallJudge {
  private readonly options: CallJudgeOptions;
  /** Sessions, by the one at their head, whose hooks have asked about a call. */
  private readonly asking = new Set<string>();
  /** Calls that are being judged, by event id. */
  private readonly held = new Map<string, HeldCall>();
  /** What was judged for a connection, by its end. */
  private readonly judgements = new WeakMap<Promise<void>, Judgement>();

  constructor(options: CallJudgeOptions) {
    this.options = options;
  }

  /** The call that this event tells of, while it is judged. */
  heldCall(eventId: string): HeldCall | undefined {
    return this.held.get(eventId);
  }

  /**
   * What becomes of the calls that a hook waits with; all of them are of one session. What the store has of it is taken
   * in before, and then the calls, which are not in the store yet.
   */
  async verdictOn(pending: readonly PendingCall[], gone: Promise<void>): Promise<Verdict> {
    const { sessions, spend, rules, calls, asked, holds } = this.options;
    const id = pending[0]?.event.session_id;
    const session = id === undefined ? undefined : sessions.obtain(id);
    if (!session) return { verdict: 'allow' };
    await session.drain();
    const head = spend.headOf(session).id;
    this.asking.add(head);
    const { askWithinSeconds } = rules.policy.policy.guard ?? DEFAULT_GUARD;
    const held = pending.map(({ event, operation }): HeldCall => {
      const known = operation === 'too-long' ? undefined : operation;
      const call = new HeldCall({ calls, asked, head, operation: known, askWithinSeconds, gone });
      this.held.set(event.event_id, call);
      // Something else may have told of it before, cut as it is.
      if (!session.hear(event)) rules.check(session, event, call);
      this.held.delete(event.event_id);
      return call;
    });
    if (pending.some(({ operation }) => operation === 'too-long') && rules.forbidsCalls) return TOO_LONG;
    const events = pending.map(({ event }) => event);
    const judgement: Judgement = {
      head,
      objections: () => held.flatMap(({ objections }) => objections).sort(denialsFirst),
      onVerdict: holds.of(events, gone),
    };
    this.judgements.set(gone, judgement);
    const verdict = calls.verdict(judgement);
    for (const { event } of pending) calls.answer(event.event_id, verdict, gone);
    return verdict;
  }

  /** What becomes of the calls that this connection was told to hold, once nothing holds them any longer. */
  async release(gone: Promise<void>): Promise<Verdict> {
    const judgement = this.judgements.get(gone);
    return judgement ? this.options.calls.release(judgement, gone) : { verdict: 'allow' };
  }

  /** The id of a session that asks of which a call went on at this time (Unix seconds) that may have written a file. */
  workingAt(at: number): string | undefined {
    const { sessions, spend } = this.options;
    return sessions.all.find((session) => {
      const { state } = session;
      if (!this.asking.has(spend.headOf(session).id)) return false;
      return [...state.running.values(), ...state.recent].some(
        ({ startedAt, endedAt, operation }) =>
          operation.kind !== 'read' &&
          operation.kind !== 'fetch' &&
          startedAt <= at &&
          (endedAt === undefined || at <= endedAt + CLOCK_SLACK),
      );
    })?.id;
  }
}

function denialsFirst(a: Objection, b: Objection): number {
  return Number(b.kind === 'deny') - Number(a.kind === 'deny');
}
