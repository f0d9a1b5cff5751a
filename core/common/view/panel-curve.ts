import type { PriceBook } from '../cost/cost.ts';
import { decodeUsage, type RequestUsage } from '../cost/usage.ts';
import { asString } from '../json.ts';
import { CURVE_POINTS } from '../protocol/panel.ts';
import { SessionLedger } from '../session/session-ledger.ts';
import type { TraceEvent } from '../trace/trace-event.ts';

type Point = readonly [at: number, usd: number];

/**
 * What a session had spent at each moment, from its events in file order. When the points become too many, every second
 * one is dropped: the same events give the same curve, however many have been drawn in between.
 */
export class PanelCurve {
  private readonly prices: PriceBook;
  private ledger: SessionLedger;
  private points: Point[] = [];
  private last: Point | undefined;
  /** Of so many requests one is kept. */
  private stride = 1;
  private requests = 0;
  private model: string | undefined;

  constructor(prices: PriceBook) {
    this.prices = prices;
    this.ledger = new SessionLedger(prices);
  }

  clear(): void {
    this.ledger = new SessionLedger(this.prices);
    this.points = [];
    this.last = undefined;
    this.stride = 1;
    this.requests = 0;
    this.model = undefined;
  }

  apply({ event_type, event_id, timestamp, data }: TraceEvent): void {
    if (event_type === 'session_start') this.model = asString(data.model) || this.model;
    const usage = event_type === 'llm_response' ? decodeUsage(data.usage) : undefined;
    if (!usage) return;
    const model = asString(data.model) ?? this.model ?? 'unknown';
    this.model ??= model;
    this.add(event_id, model, usage, timestamp);
  }

  /** Draws by the prices of now. */
  reprice(): void {
    const { model } = this;
    const requests = [...this.ledger.requests.values()];
    this.clear();
    this.model = model;
    for (const { id, model, usage, at } of requests) this.add(id, model, usage, at);
  }

  private add(id: string, model: string, usage: RequestUsage, timestamp: number): void {
    if (!this.ledger.record(id, model, usage, timestamp)) return;
    const { microUsd } = this.ledger.cost(false);
    if (microUsd === null) return;
    const at = Math.max(timestamp, this.last?.[0] ?? timestamp);
    this.last = [at, microUsd / 1_000_000];
    if (this.requests % this.stride === 0) this.points.push(this.last);
    this.requests += 1;
    if (this.points.length < CURVE_POINTS) return;
    this.points = this.points.filter((_, index) => index % 2 === 0);
    this.stride *= 2;
  }

  /** Oldest first; the newest point is always among them. */
  get curve(): readonly Point[] {
    const { points, last } = this;
    return last === undefined || points.at(-1) === last ? [...points] : [...points, last];
  }
}
