import type { Decision, Outcome } from '../../core/common/protocol/alert.ts';
import type { CompiledPolicy } from '../../core/common/rules/evaluate.ts';
import { isAnswer } from '../../core/common/rules/rule.ts';
import { memoryFromAlerts } from '../../core/common/rules/rule-memory.ts';
import { SessionGuard } from '../../core/common/rules/session-guard.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import type { AlertLog } from '../../core/node/alerts/alert-log.ts';
import type { Answered, Enforcer } from '../../core/node/enforce/enforcer.ts';
import type { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import type { HeldCall } from './held-call.ts';
import type { HeldCalls } from './held-calls.ts';
import type { PendingWork } from './pending-work.ts';
import type { WatchedSpend } from './watched-spend.ts';

export interface RuleCheckOptions {
  readonly policy: CompiledPolicy;
  readonly enforcer: Enforcer;
  readonly alerts: AlertLog;
  readonly calls: HeldCalls;
  readonly spend: WatchedSpend;
  readonly work: PendingWork;
  /** Whether the session's hooks ask before each call. */
  readonly asks: (sessionId: string) => boolean;
  /** Names the process that signals for a session would go to; empty when none is known. */
  readonly targetOf: (sessionId: string) => string;
  /** Unix seconds. */
  readonly now: () => number;
  /** The user's day that a time falls on, `2026-11-20`. */
  readonly dayOf: (at: number) => string;
  readonly onOutcome: (session: FollowedSession, decision: Decision, outcome: Outcome) => Promise<void>;
}

/** A call older than this, in seconds, was let go by its hook, or never had one that waits. */
const AWAITED_SECONDS = 1;

/** Holds sessions against the rules, and has what is decided carried out. */
export class RuleCheck {
  /** The rules in force. */
  policy: CompiledPolicy;
  private readonly options: RuleCheckOptions;
  private readonly guards = new WeakMap<FollowedSession, SessionGuard>();
  /** Decisions that nothing came of, with the target they were refused for. */
  private refused: { readonly decision: Decision; readonly target: string }[] = [];

  constructor(options: RuleCheckOptions) {
    this.options = options;
    this.policy = options.policy;
  }

  /** Whether some calls must not run. */
  get forbidsCalls(): boolean {
    return this.policy.rules.some(
      ({ rule, isOnCalls }) => isOnCalls && rule.action !== 'alert' && rule.mode !== 'monitor',
    );
  }

  /** After an event of the session, which is a call that its hook waits with when `held` is given; without one, after time. */
  check(session: FollowedSession, event?: TraceEvent, held?: HeldCall): void {
    const { enforcer, now, dayOf, calls, spend, work } = this.options;
    const { state } = session;
    // What a session did before it ended cannot be stopped any more.
    if (state.endedAt !== undefined) return;
    const at = now();
    const context = { policy: this.policy, now: at, day: dayOf(at), shared: spend.valuesOf(session) };
    const guard = this.guardOf(session);
    const decided =
      event && held
        ? guard.judge(state, event, context, held.operation)
        : guard.check(state, event, context).map((decision) => ({ decision, isNew: true }));
    let kill: Promise<Outcome> | undefined;
    for (const { decision, isNew } of decided) {
      this.stopCalls(session, decision);
      const answered = held && decision.mode === 'enforce' ? answerOf(decision, held) : undefined;
      if (!isNew) continue;
      const isTold = event && !isAnswer(decision.action) && this.isAwaited(session, event);
      const told = isTold ? calls.isTold(event.event_id) : undefined;
      const outcome = enforcer.enforce(decision, { told, kill, answered });
      if (decision.action === 'kill' && decision.mode === 'enforce') kill ??= outcome;
      work.add(outcome.then((done) => this.conclude(session, decision, done)));
    }
  }

  /** What was refused is decided again once another process is known for the session, and not at every event. */
  reconsider(session: FollowedSession): void {
    if (this.refused.length === 0) return;
    this.refused = this.refused.filter(({ decision, target }) => {
      if (decision.session_id !== session.id || this.options.targetOf(session.id) === target) return true;
      this.guardOf(session).forget(decision);
      return false;
    });
  }

  /** Unix seconds at which time alone may next break a rule; undefined when it will not. */
  deadline(sessions: readonly FollowedSession[]): number | undefined {
    const now = this.options.now();
    const deadlines = sessions.flatMap((session) => {
      const { startedAt, endedAt, lastEventAt = startedAt } = session.state;
      if (startedAt === undefined || lastEventAt === undefined || endedAt !== undefined) return [];
      return this.guardOf(session).deadline(this.policy, { startedAt, lastEventAt, now }) ?? [];
    });
    return deadlines.length === 0 ? undefined : Math.min(...deadlines);
  }

  private stopCalls(session: FollowedSession, { action, mode, rule, message }: Decision): void {
    if (mode !== 'enforce') return;
    const { calls, spend } = this.options;
    if (action === 'pause') calls.pause(spend.headOf(session).id, rule, message);
    if (action === 'kill') calls.kill(spend.headOf(session).id, rule, message);
  }

  /** Whether a hook waits with this call: then it is told first, so that the agent learns why its call did not run. */
  private isAwaited(session: FollowedSession, { event_type, timestamp }: TraceEvent): boolean {
    const { now, asks, spend } = this.options;
    return event_type === 'tool_call' && now() - timestamp < AWAITED_SECONDS && asks(spend.headOf(session).id);
  }

  private async conclude(session: FollowedSession, decision: Decision, outcome: Outcome): Promise<void> {
    const { targetOf, onOutcome } = this.options;
    if (outcome.result === 'failed') this.guardOf(session).forget(decision);
    if (outcome.result === 'refused') this.refused.push({ decision, target: targetOf(session.id) });
    await onOutcome(session, decision, outcome);
  }

  /** Knows what was decided of the session before this watcher started. */
  private guardOf(session: FollowedSession): SessionGuard {
    let guard = this.guards.get(session);
    if (!guard) {
      guard = new SessionGuard(memoryFromAlerts(this.options.alerts.read(), session.id));
      this.guards.set(session, guard);
    }
    return guard;
  }
}

/** Has a rule that answers a call do so; undefined for one that does not. */
function answerOf(decision: Decision, call: HeldCall): Promise<Answered> | undefined {
  if (decision.action === 'deny') return call.deny(decision);
  return decision.action === 'ask' ? call.ask(decision) : undefined;
}
