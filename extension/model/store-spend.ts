import type { PriceBook } from '../../core/common/cost/cost.ts';
import { isPerDay } from '../../core/common/rules/is-per-day.ts';
import type { Policy } from '../../core/common/rules/rule.ts';
import type { SharedValues } from '../../core/common/rules/rule-facts.ts';
import { type SpendingSession, TreeSpend } from '../../core/common/session/tree-spend.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { localDay } from '../../core/node/local-day.ts';

export interface StoreSpendOptions {
  /** Path of the store. */
  readonly store: string;
  readonly prices: PriceBook;
  /** A session that is followed. */
  readonly sessionOf: (id: string) => SpendingSession | undefined;
  /** Unix seconds. */
  readonly now: () => number;
  /** More is known of what sessions spend together. */
  readonly onChange: () => void;
}

/** What the sessions of a store spend together, as its watcher counts it: by trees, and by the user's days. */
export class StoreSpend {
  private readonly options: StoreSpendOptions;
  private readonly spend: TreeSpend<SpendingSession>;
  /** The reading of sessions of today that nobody follows. */
  private past: Promise<void> | undefined;

  constructor(options: StoreSpendOptions) {
    this.options = options;
    this.spend = new TreeSpend(localDay, options.sessionOf);
  }

  /** Takes in what an event, folded into its session already, says of money. */
  add(session: SpendingSession, event: TraceEvent): void {
    this.spend.add(session, event);
  }

  /** Sessions of today that have ended are read once a rule asks for the day. Resolves when they are; never rejects. */
  ask({ rules }: Policy): Promise<void> {
    if (!rules.some(isPerDay)) return Promise.resolve();
    this.past ??= this.readPast();
    return this.past;
  }

  /** What these sessions spent has been counted by other prices; what has ended is read again by `ask`. */
  reprice(sessions: readonly SpendingSession[]): void {
    for (const session of sessions) this.spend.recordAll(session);
    this.past = undefined;
  }

  /** As of now. */
  valuesOf(session: SpendingSession): SharedValues {
    return this.spend.valuesOf(session, localDay(this.options.now()));
  }

  private async readPast(): Promise<void> {
    const { addPastSpend } = await import('../../core/node/sessions/past-spend.ts');
    try {
      await addPastSpend(this.spend.shared, { ...this.options, dayOf: localDay });
    } catch {
      // What was not read counts nothing: the watcher tells what it cannot read.
    }
    this.options.onChange();
  }
}
