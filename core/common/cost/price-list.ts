import type { PriceCalculation } from '@pydantic/genai-prices';
import { contextTokens, type RequestUsage } from './usage.ts';

/** USD per million tokens; `tiers`: another price for the whole of a request with more input than `start`. */
type Price =
  | number
  | { readonly base: number; readonly tiers: readonly { readonly start: number; readonly price: number }[] };

/** The names of the price data for classes of tokens, in its order. */
type PriceList = readonly (readonly [name: string, price: Price])[];

const TOKEN_PRICES = new Set([
  'input_mtok',
  'output_mtok',
  'cache_read_mtok',
  'cache_write_mtok',
  'cache_write_1h_mtok',
]);
/** Priced by what no usage of ours says, so they add nothing. */
const UNUSED = new Set(['web_searches_kcount', 'storage_searches_kcount']);
const DAY = 86_400;

/** What the tokens of a request cost. */
export interface PricedTokens {
  readonly usd: number;
  /** Of the model at that time, as the price data has them. */
  readonly prices: Readonly<Record<string, unknown>>;
}

interface Known {
  /** UTC, since 1970; undefined: of all days. */
  readonly day: number | undefined;
  readonly list: PriceList;
  /** What has a price of its own. */
  readonly has: { readonly read: boolean; readonly written: boolean; readonly long: boolean };
  readonly prices: PricedTokens['prices'];
}

/**
 * Remembers the prices that the price data gave for a model, and adds up what a request costs as its library does, to
 * the last bit: the library looks for the model and checks its units at each call, which takes fifty times as long.
 */
export class PriceLists {
  private readonly known = new Map<string, Known>();

  /** USD of the request's tokens and the model's prices; undefined when the library has to be asked. `at`: Unix seconds. */
  total(model: string, usage: RequestUsage, at: number): PricedTokens | undefined {
    const known = this.known.get(model);
    if (!known || (known.day !== undefined && known.day !== Math.floor(at / DAY))) return undefined;
    const usd = totalOf(known, usage);
    return usd === undefined ? undefined : { usd, prices: known.prices };
  }

  /** Takes in what the library said of a model at a time, as far as it is of the common kind. */
  learn(model: string, at: number, { model_price, model: { prices } }: PriceCalculation): void {
    const list = Object.entries(model_price).filter(([, price]) => price !== undefined);
    const names = new Set(list.map(([name]) => name));
    const isCommon = list.every(([name, price]) => UNUSED.has(name) || (TOKEN_PRICES.has(name) && isPrice(price)));
    if (!isCommon || !names.has('input_mtok') || !names.has('output_mtok')) return;
    if (names.has('cache_write_1h_mtok') && !names.has('cache_write_mtok')) return;
    // Prices that change within a day are asked for each time.
    const dated = Array.isArray(prices);
    if (dated && !prices.every(({ constraint }) => constraint === undefined || 'start_date' in constraint)) return;
    this.known.set(model, {
      day: dated ? Math.floor(at / DAY) : undefined,
      list: list.filter(([name]) => TOKEN_PRICES.has(name)) as unknown as PriceList,
      has: {
        read: names.has('cache_read_mtok'),
        written: names.has('cache_write_mtok'),
        long: names.has('cache_write_1h_mtok'),
      },
      prices: model_price,
    });
  }
}

function totalOf({ list, has }: Known, usage: RequestUsage): number | undefined {
  const { input, output, cache_read, cache_write_5m, cache_write_1h } = usage;
  const most = Math.max(input, output, cache_read, cache_write_5m, cache_write_1h);
  const least = Math.min(input, output, cache_read, cache_write_5m, cache_write_1h);
  if (!(least >= 0 && most < 2 ** 40)) return undefined;
  const read = has.read ? cache_read : 0;
  const written = has.written ? cache_write_5m + cache_write_1h : 0;
  const long = has.long ? cache_write_1h : 0;
  const context = contextTokens(usage);
  // What has no price of its own costs what the class above it does.
  const tokens: Readonly<Record<string, number>> = {
    input_mtok: context - (read + written),
    output_mtok: output,
    cache_read_mtok: read,
    cache_write_mtok: written - long,
    cache_write_1h_mtok: long,
  };
  let sent = 0;
  let answered = 0;
  for (const [name, price] of list) {
    const usd = cost(price, tokens[name] ?? 0, context);
    if (name === 'output_mtok') answered += usd;
    else sent += usd;
  }
  return sent + answered;
}

function cost(price: Price, tokens: number, context: number): number {
  if (typeof price === 'number') return (price * tokens) / 1e6;
  let each = price.base;
  let from = Number.NEGATIVE_INFINITY;
  for (const tier of price.tiers) {
    if (context > tier.start && tier.start >= from) [each, from] = [tier.price, tier.start];
  }
  return (((each * tokens) / 1e6) * 1e6) / 1e6;
}

function isPrice(value: unknown): value is Price {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0;
  return (
    typeof value === 'object' && value !== null && 'base' in value && 'tiers' in value && Array.isArray(value.tiers)
  );
}
