import type { Cost, PriceBook } from '../cost/cost.ts';
import { TextEstimate } from '../cost/text-estimate.ts';
import { contextTokens, type RequestUsage, type Usage } from '../cost/usage.ts';
import { asString } from '../json.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { RequestsById } from './priced-request.ts';
import { SessionLedger } from './session-ledger.ts';
import { SlidingTotal } from './sliding-total.ts';

/** What a session spends: the requests it reports, or while nobody reports any a guess from its texts. */
export class SessionSpend {
  /** Share of the model's context window in use, 0 to 100; undefined when window or usage are unknown. */
  contextPct: number | undefined;
  /** Micro-dollars of the requests that have a price, by time. */
  recentMicroUsd = new SlidingTotal();
  private readonly prices: PriceBook;
  private readonly ledger: SessionLedger;
  /** Set while nobody reports usage and the texts are all there is. */
  private estimate: TextEstimate | undefined;
  /** When the session was forked from another, Unix seconds: what its transcript tells of before is the other's. */
  private forkedAt: number | undefined;

  constructor(prices: PriceBook) {
    this.prices = prices;
    this.ledger = new SessionLedger(prices);
  }

  /** Whether it is guessed from texts, for want of reports. */
  get isEstimated(): boolean {
    return this.estimate !== undefined;
  }

  /** By id, in order of first report. */
  get requests(): RequestsById {
    return this.ledger.requests;
  }

  get usage(): Usage {
    return this.ledger.usage;
  }

  /** `unreported`: the session did things that cost money, whether they are reported or not. */
  cost(unreported: boolean): Cost {
    return this.ledger.cost(unreported);
  }

  /** Takes a start of the session; `isFirst`: nothing came before it. */
  begin({ data, timestamp }: TraceEvent, isFirst: boolean): void {
    if (isFirst && data.source === 'fork') this.forkedAt = timestamp;
    // Our recorders name the agent, and say so when it reports no usage; a trace of another tool has what it has.
    const silent = data.usage === 'none' || (isFirst && asString(data.agent) === undefined);
    const { countTokens } = this.prices;
    if (silent && countTokens && this.ledger.requests.size === 0) this.estimate ??= new TextEstimate(countTokens);
  }

  /** Counts by the prices of now. */
  reprice(): void {
    this.ledger.reprice();
    this.recentMicroUsd = new SlidingTotal();
    const requests = [...this.requests.values()].filter(({ guessed }) => guessed.length === 0);
    for (const { at, microUsd } of requests.sort((a, b) => a.at - b.at)) this.recentMicroUsd.add(at, microUsd ?? 0);
  }

  /** Takes an event's texts, where they are all that is known. */
  guess(event: TraceEvent, model: string | undefined): void {
    const request = this.estimate?.add(event, model);
    if (!request) return;
    const { id, usage, at, guessed } = request;
    this.ledger.record(id, request.model, usage, at, guessed);
  }

  /**
   * Takes the report of a request. `sessionModel` may name the variant with a longer context, which reports do not. False
   * when it says no more than an earlier report.
   */
  report(event: TraceEvent, usage: RequestUsage, model: string, sessionModel: string | undefined): boolean {
    if (this.forkedAt !== undefined && event.timestamp < this.forkedAt) return false;
    if (this.estimate) {
      this.estimate = undefined;
      this.ledger.dropGuesses();
    }
    const before = this.ledger.microUsd;
    if (!this.ledger.record(event.event_id, model, usage, event.timestamp)) return false;
    this.recentMicroUsd.add(event.timestamp, this.ledger.microUsd - before);
    const window = this.prices.contextWindow(sessionModel?.startsWith(model) ? sessionModel : model);
    if (window) this.contextPct = (100 * contextTokens(usage)) / window;
    return true;
  }
}
