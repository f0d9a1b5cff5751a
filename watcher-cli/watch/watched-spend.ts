import type { PriceBook } from '../../core/common/cost/cost.ts';
import type { SharedValues } from '../../core/common/rules/rule-facts.ts';
import { TreeSpend } from '../../core/common/session/tree-spend.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import type { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import { addPastSpend } from '../../core/node/sessions/past-spend.ts';

export interface WatchedSpendOptions {
  /** Real path of the store. */
  readonly store: string;
  readonly prices: PriceBook;
  /** A session that is followed. */
  readonly sessionOf: (id: string) => FollowedSession | undefined;
  /** Unix seconds. */
  readonly now: () => number;
  /** The user's day that a time falls on, `2026-11-20`. */
  readonly dayOf: (at: number) => string;
}

/** What watched sessions share of their limits, with what others spent today. */
export class WatchedSpend {
  private readonly options: WatchedSpendOptions;
  private readonly spend: TreeSpend<FollowedSession>;
  private pastIsKnown = false;

  constructor(options: WatchedSpendOptions) {
    this.options = options;
    this.spend = new TreeSpend(options.dayOf, options.sessionOf);
  }

  /** The session whose process runs this one, which may be a subagent. */
  headOf(session: FollowedSession): FollowedSession {
    return this.spend.headOf(session);
  }

  /** Takes in what an event, folded into its session already, says of money. */
  add(session: FollowedSession, event: TraceEvent): void {
    this.spend.add(session, event);
  }

  valuesOf(session: FollowedSession): SharedValues {
    const { dayOf, now } = this.options;
    return this.spend.valuesOf(session, dayOf(now()));
  }

  /** Counts by the prices of now; what has ended once `addPast` is called again. */
  reprice(sessions: readonly FollowedSession[]): void {
    for (const session of sessions) {
      session.reprice();
      this.spend.recordAll(session);
    }
    this.pastIsKnown = false;
  }

  /** Counts sessions of today that have ended, once. False when they are counted already. */
  async addPast(): Promise<boolean> {
    if (this.pastIsKnown) return false;
    this.pastIsKnown = true;
    await addPastSpend(this.spend.shared, this.options);
    return true;
  }
}
