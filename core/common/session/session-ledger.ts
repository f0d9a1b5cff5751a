import type { Cost, PriceBook } from '../cost/cost.ts';
import { addUsage, NO_USAGE, type Usage } from '../cost/usage.ts';

interface Entry {
  readonly model: string;
  readonly usage: Usage;
  /** Micro-dollars; undefined when the model has no price. */
  readonly price: number | undefined;
}

/**
 * Adds up what requests cost. An agent may report one request several times while its answer grows; the report with the
 * most output tokens is the last, and each request counts once.
 */
export class SessionLedger {
  private readonly prices: PriceBook;
  private readonly entries = new Map<string, Entry>();
  private readonly unpriced = new Map<string, number>();
  private priced = 0;
  private microUsd = 0;
  private total: Usage = NO_USAGE;

  constructor(prices: PriceBook) {
    this.prices = prices;
  }

  /** `id` names the request; `at` is Unix seconds. False when nothing new was learned. */
  record(id: string, model: string, usage: Usage, at: number): boolean {
    const before = this.entries.get(id);
    if (before && before.usage.output >= usage.output) return false;
    if (before) this.count(before, -1);
    const entry: Entry = { model, usage, price: this.prices.price(model, usage, at) };
    this.entries.set(id, entry);
    this.count(entry, 1);
    return true;
  }

  get requests(): number {
    return this.entries.size;
  }

  get usage(): Usage {
    return this.total;
  }

  /** `unreported`: the session did things that cost money, yet no request of it was reported. */
  cost(unreported: boolean): Cost {
    const unpricedModels = [...this.unpriced.keys()];
    const kind = unpricedModels.length > 0 || (unreported && this.entries.size === 0) ? 'unpriced' : 'known';
    return { microUsd: kind === 'unpriced' && this.priced === 0 ? null : this.microUsd, kind, unpricedModels };
  }

  private count(entry: Entry, sign: 1 | -1): void {
    const { usage } = entry;
    this.total = addUsage(this.total, sign === 1 ? usage : negative(usage));
    if (entry.price === undefined) {
      const left = (this.unpriced.get(entry.model) ?? 0) + sign;
      if (left > 0) this.unpriced.set(entry.model, left);
      else this.unpriced.delete(entry.model);
      return;
    }
    this.priced += sign;
    this.microUsd += sign * entry.price;
  }
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
