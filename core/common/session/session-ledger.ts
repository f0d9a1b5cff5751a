import type { Cost, PriceBook } from '../cost/cost.ts';
import { addUsage, NO_USAGE, type RequestUsage, type Usage } from '../cost/usage.ts';
import type { Guess, PricedRequest, RequestsById } from './priced-request.ts';
import { RequestRows } from './request-rows.ts';

/**
 * Adds up what requests cost. An agent may report one request several times while its answer grows; the report with the
 * most output tokens is the last, and each request counts once.
 */
export class SessionLedger {
  private readonly prices: PriceBook;
  private entries = new RequestRows();
  private readonly unpriced = new Map<string, number>();
  private priced = 0;
  private estimated = 0;
  private spent = 0;
  private total: Usage = NO_USAGE;

  constructor(prices: PriceBook) {
    this.prices = prices;
  }

  /** `id` names the request; `at` is Unix seconds. False when nothing new was learned. */
  record(id: string, model: string, usage: RequestUsage, at: number, guessed: readonly Guess[] = []): boolean {
    const before = this.entries.get(id);
    if (before && before.usage.output >= usage.output) return false;
    if (before) this.count(before, -1);
    const time = before ? Math.min(before.at, at) : at;
    const microUsd = this.prices.price(model, usage, time);
    const entry: PricedRequest = { id, model, usage, at: time, microUsd, guessed };
    this.entries.set(entry);
    this.count(entry, 1);
    return true;
  }

  /** Prices all requests anew. */
  reprice(): void {
    for (const entry of this.entries.values()) {
      this.count(entry, -1);
      const repriced = { ...entry, microUsd: this.prices.price(entry.model, entry.usage, entry.at) };
      this.entries.set(repriced);
      this.count(repriced, 1);
    }
  }

  /** Takes back what was guessed: the truth is told after all. */
  dropGuesses(): void {
    const told = new RequestRows();
    for (const entry of this.entries.values()) {
      if (entry.guessed.length === 0) told.set(entry);
      else this.count(entry, -1);
    }
    this.entries = told;
  }

  /** By id, in order of first report. */
  get requests(): RequestsById {
    return this.entries;
  }

  /** Of the requests that have a price. */
  get microUsd(): number {
    return this.spent;
  }

  get usage(): Usage {
    return this.total;
  }

  /** `unreported`: the session did things that cost money, yet no request of it was reported. */
  cost(unreported: boolean): Cost {
    const unpricedModels = [...this.unpriced.keys()];
    if (unpricedModels.length > 0 || (unreported && this.entries.size === 0)) {
      return { microUsd: this.priced === 0 ? null : this.spent, kind: 'unpriced', unpricedModels };
    }
    return { microUsd: this.spent, kind: this.estimated > 0 ? 'estimated' : 'known', unpricedModels };
  }

  private count(entry: PricedRequest, sign: 1 | -1): void {
    const { usage } = entry;
    this.total = addUsage(this.total, sign === 1 ? usage : negative(usage));
    if (entry.guessed.length > 0) this.estimated += sign;
    if (entry.microUsd === undefined) {
      const name = unpricedName(entry);
      const left = (this.unpriced.get(name) ?? 0) + sign;
      if (left > 0) this.unpriced.set(name, left);
      else this.unpriced.delete(name);
      return;
    }
    this.priced += sign;
    this.spent += sign * entry.microUsd;
  }
}

/** A model without a price, or with none for this speed. */
export function unpricedName({ model, usage }: Pick<PricedRequest, 'model' | 'usage'>): string {
  return usage.speed === undefined ? model : `${model} (${usage.speed})`;
}

function negative(usage: Usage): Usage {
  return {
    input: -usage.input,
    output: -usage.output,
    cache_read: -usage.cache_read,
    cache_write_5m: -usage.cache_write_5m,
    cache_write_1h: -usage.cache_write_1h,
  };
}
