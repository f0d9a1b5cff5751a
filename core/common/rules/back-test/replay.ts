import type { PriceBook } from '../../cost/cost.ts';
import type { Decision } from '../../protocol/alert.ts';
import type { RequestsById } from '../../session/priced-request.ts';
import { SessionFold } from '../../session/session-fold.ts';
import type { SessionState } from '../../session/session-state.ts';
import { TreeSpend } from '../../session/tree-spend.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import type { CompiledPolicy } from '../evaluate.ts';
import { timeBounds } from '../language/limit.ts';
import { RuleMemory } from '../rule-memory.ts';
import { SessionGuard } from '../session-guard.ts';

export interface ReplayOptions {
  readonly policy: CompiledPolicy;
  readonly prices: PriceBook;
  /** The user's day that a time (Unix seconds) falls on. */
  readonly dayOf: (at: number) => string;
  readonly onDecision: (session: ReplayedSession, decision: Decision) => void;
}

/** A recorded session as far as it is played. */
export class ReplayedSession {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly guard = new SessionGuard(new RuleMemory());
  private readonly fold: SessionFold;

  constructor(id: string, parentId: string | undefined, prices: PriceBook) {
    this.id = id;
    this.parentId = parentId;
    this.fold = new SessionFold(id, prices);
  }

  /** False when the event told nothing new. */
  apply(event: TraceEvent): boolean {
    return this.fold.apply(event);
  }

  get state(): SessionState {
    return this.fold.state;
  }

  get requests(): RequestsById {
    return this.fold.requests;
  }
}

/**
 * Plays recorded events to the rules as the watcher has them come in: the same fold, the same guard, the same sharing of
 * costs. Time is that of the events; between two of them it passes, and may break a rule by itself.
 */
export class Replay {
  private readonly options: ReplayOptions;
  private readonly sessions = new Map<string, ReplayedSession>();
  private readonly spend: TreeSpend<ReplayedSession>;
  private readonly isTimed: boolean;
  /** Unix seconds. */
  private clock = Number.NEGATIVE_INFINITY;

  constructor(options: ReplayOptions) {
    this.options = options;
    this.spend = new TreeSpend(options.dayOf, (id) => this.sessions.get(id));
    this.isTimed = options.policy.rules.some(({ rule }) => timeBounds(rule.when).length > 0);
  }

  begin(id: string, parentId: string | undefined): ReplayedSession {
    const session = new ReplayedSession(id, parentId, this.options.prices);
    this.sessions.set(id, session);
    return session;
  }

  accept(session: ReplayedSession, event: TraceEvent): void {
    this.passTime(event.timestamp);
    if (!session.apply(event)) return;
    this.clock = Math.max(this.clock, event.timestamp);
    this.spend.add(session, event);
    this.check(session, event);
    const head = this.spend.headOf(session);
    if (head !== session) this.check(head, undefined);
  }

  /** Lets go of a session of which there is no more, nor of its tree: no time passes for it any more. */
  forget(session: ReplayedSession): void {
    this.sessions.delete(session.id);
  }

  private passTime(until: number): void {
    while (this.isTimed && Number.isFinite(this.clock)) {
      const deadline = this.deadline();
      if (deadline === undefined || deadline >= until) return;
      this.clock = deadline;
      for (const session of this.sessions.values()) this.check(session, undefined);
    }
  }

  private deadline(): number | undefined {
    const deadlines = [...this.sessions.values()].flatMap((session) => {
      const { startedAt, endedAt, lastEventAt = startedAt } = session.state;
      if (startedAt === undefined || lastEventAt === undefined || endedAt !== undefined) return [];
      const origins = { startedAt, lastEventAt, now: this.clock };
      return session.guard.deadline(this.options.policy, origins) ?? [];
    });
    return deadlines.length > 0 ? Math.min(...deadlines) : undefined;
  }

  private check(session: ReplayedSession, event: TraceEvent | undefined): void {
    const { policy, dayOf, onDecision } = this.options;
    const { state } = session;
    if (state.endedAt !== undefined) return;
    const now = this.clock;
    const day = dayOf(now);
    const context = { policy, now, day, shared: this.spend.valuesOf(session, day) };
    for (const decision of session.guard.check(state, event, context)) onDecision(session, decision);
  }
}
