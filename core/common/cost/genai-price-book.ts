import { calcPrice } from '@pydantic/genai-prices';
import { asNumber } from '../json.ts';
import type { PriceBook } from './cost.ts';
import { priceFactor } from './price-factor.ts';
import { type PricedTokens, PriceLists } from './price-list.ts';
import { contextTokens, type RequestUsage } from './usage.ts';

/** Context windows in tokens, where the price data has none. Source: the vendors' model pages. */
const CLAUDE_CONTEXT = 200_000;
const LONG_CONTEXT = 1_000_000;
/** Models whose context window is remembered; no session names as many, but a forged one may. */
const MOST_WINDOWS = 1000;

/**
 * Prices from the data inside `@pydantic/genai-prices`: dated entries, long-context tiers, cache lifetimes. Offline.
 * The provider is told by the model's name, because one model id is sold by several at different prices.
 */
export function genaiPriceBook(): PriceBook {
  const lists = new PriceLists();
  const windows = new Map<string, number | undefined>();
  return {
    price(model: string, usage: RequestUsage, at: number): number | undefined {
      const id = modelId(model);
      const factor = priceFactor(id, usage);
      if (factor === undefined) return undefined;
      const { usd, prices } = lists.total(id, usage, at) ?? ask(lists, id, usage, at) ?? {};
      if (usd === undefined || !prices) return undefined;
      const searches = usage.web_searches === undefined ? 0 : usage.web_searches * searchPrice(prices);
      return Math.round((usd * factor + searches) * 1_000_000);
    },
    contextWindow(model: string): number | undefined {
      if (model.endsWith('[1m]')) return LONG_CONTEXT;
      if (windows.has(model)) return windows.get(model);
      const window = askWindow(modelId(model));
      if (windows.size < MOST_WINDOWS) windows.set(model, window);
      return window;
    },
  };
}

function askWindow(model: string): number | undefined {
  const provider = providerOf(model);
  const known = calculate({ input_tokens: 0, output_tokens: 0 }, model, provider ? { providerId: provider } : {});
  return known?.model.context_window ?? (provider === 'anthropic' ? CLAUDE_CONTEXT : undefined);
}

/** What the library says that a request costs; its prices are remembered in `lists`. `at`: Unix seconds. */
function ask(lists: PriceLists, model: string, usage: RequestUsage, at: number): PricedTokens | undefined {
  const provider = providerOf(model);
  const options = { ...(provider ? { providerId: provider } : {}), timestamp: new Date(at * 1000) };
  const tokens = {
    // This library counts inclusively: its input is everything the model was sent.
    input_tokens: contextTokens(usage),
    cache_read_tokens: usage.cache_read,
    cache_write_tokens: usage.cache_write_5m + usage.cache_write_1h,
    cache_write_1h_tokens: usage.cache_write_1h,
    output_tokens: usage.output,
  };
  const result = calculate(tokens, model, options);
  if (result === null) return undefined;
  lists.learn(model, at, result);
  return { usd: result.total_price, prices: result.model_price };
}

/** Usage out of a trace can be inconsistent, which the library answers with an exception; that is no price. */
function calculate(...call: Parameters<typeof calcPrice>): ReturnType<typeof calcPrice> {
  try {
    return calcPrice(...call);
  } catch {
    return null;
  }
}

/** USD for one search of the web; 0 where the price data has none. */
function searchPrice(prices: Readonly<Record<string, unknown>>): number {
  return (asNumber(prices.web_searches_kcount) ?? 0) / 1000;
}

/**
 * Hook metadata marks the long-context variant `claude-opus-4-6[1m]`, and some agents write the vendor before the model,
 * `openai/gpt-5.5`; price lists know the model without either.
 */
function modelId(model: string): string {
  return model.replace(/\[1m\]$/, '').replace(/^(?:anthropic|openai|google)\//, '');
}

function providerOf(model: string): string | undefined {
  if (/^claude-/.test(model)) return 'anthropic';
  if (/^(gpt-|o\d|codex-)/.test(model)) return 'openai';
  if (/^gemini-/.test(model)) return 'google';
  return undefined;
}
