import { asNumber, asRecord } from '../json.ts';
import { unpricedName } from '../session/session-ledger.ts';
import type { PriceBook } from './cost.ts';

/** USD per million tokens, for each class; a class without a price costs what `input` does. */
export const PRICE_FIELDS = ['input', 'output', 'cache_read', 'cache_write_5m', 'cache_write_1h'] as const;
export type PriceField = (typeof PRICE_FIELDS)[number];
export type ModelPrices = Readonly<Record<'input' | 'output', number> & Partial<Record<PriceField, number>>>;

/** The user's own prices by model, as transcripts name it; fast answers are `MODEL (fast)`. */
export type UserPrices = Readonly<Record<string, ModelPrices>>;

/** The user's own prices as they are now: those of their configuration, and before them those of an editor's setting. */
export class OwnPrices {
  private configured: UserPrices = {};
  private setting: UserPrices = {};
  private merged: UserPrices = {};

  get all(): UserPrices {
    return this.merged;
  }

  /** What is left out stays. True when something has another price now. */
  set({ configured = this.configured, setting = this.setting }: OwnPriceSources): boolean {
    const before = JSON.stringify(this.merged);
    this.configured = configured;
    this.setting = setting;
    this.merged = { ...configured, ...setting };
    return JSON.stringify(this.merged) !== before;
  }
}

interface OwnPriceSources {
  readonly configured?: UserPrices | undefined;
  readonly setting?: UserPrices | undefined;
}

/** The book with the user's prices before its own. `prices` is asked at each price. */
export function withUserPrices(book: PriceBook, prices: () => UserPrices): PriceBook {
  return {
    ...book,
    price(model, usage, at) {
      const known = prices();
      const name = unpricedName({ model, usage });
      const own = Object.hasOwn(known, name) ? known[name] : undefined;
      if (!own) return book.price(model, usage, at);
      // USD per million tokens are micro-dollars per token.
      return Math.round(PRICE_FIELDS.reduce((sum, field) => sum + usage[field] * (own[field] ?? own.input), 0));
    },
  };
}

/** Prices out of a setting: the entries that are prices, and the names of those that are not. */
export function decodeUserPrices(value: unknown): { readonly prices: UserPrices; readonly wrong: readonly string[] } {
  const entries = Object.entries(asRecord(value) ?? {});
  const right = entries.flatMap(([model, given]) => {
    const prices = decodeModelPrices(given);
    return prices ? [[model, prices] as const] : [];
  });
  const prices = Object.fromEntries(right);
  return { prices, wrong: entries.map(([model]) => model).filter((model) => !Object.hasOwn(prices, model)) };
}

function decodeModelPrices(value: unknown): ModelPrices | undefined {
  const record = asRecord(value);
  const { input, output } = record ?? {};
  if (!record || !isPrice(input) || !isPrice(output)) return undefined;
  const fields = Object.entries(record);
  const isRight = fields.every(([name, price]) => PRICE_FIELDS.some((field) => field === name) && isPrice(price));
  return isRight ? { ...Object.fromEntries(fields), input, output } : undefined;
}

function isPrice(value: unknown): value is number {
  return (asNumber(value) ?? -1) >= 0;
}
