import { calcPrice } from '@pydantic/genai-prices';
import type { PriceBook } from './cost.ts';
import { contextTokens, type Usage } from './usage.ts';

/** Context windows in tokens, where the price data has none. Source: the vendors' model pages. */
const CLAUDE_CONTEXT = 200_000;
const LONG_CONTEXT = 1_000_000;

/**
 * Prices from the data inside `@pydantic/genai-prices`: dated entries, long-context tiers, cache lifetimes. Offline.
 * The provider is told by the model's name, because one model id is sold by several at different prices.
 */
export function genaiPriceBook(): PriceBook {
  return {
    price(model: string, usage: Usage, at: number): number | undefined {
      const id = modelId(model);
      const provider = providerOf(id);
      const result = calculate(
        {
          // This library counts inclusively: its input is everything the model was sent.
          input_tokens: contextTokens(usage),
          cache_read_tokens: usage.cache_read,
          cache_write_tokens: usage.cache_write_5m + usage.cache_write_1h,
          cache_write_1h_tokens: usage.cache_write_1h,
          output_tokens: usage.output,
        },
        id,
        { ...(provider ? { providerId: provider } : {}), timestamp: new Date(at * 1000) },
      );
      return result === null ? undefined : Math.round(result.total_price * 1_000_000);
    },
    contextWindow(model: string): number | undefined {
      if (model.endsWith('[1m]')) return LONG_CONTEXT;
      const id = modelId(model);
      const provider = providerOf(id);
      const known = calculate({ input_tokens: 0, output_tokens: 0 }, id, provider ? { providerId: provider } : {});
      return known?.model.context_window ?? (provider === 'anthropic' ? CLAUDE_CONTEXT : undefined);
    },
  };
}

/** Usage out of a trace can be inconsistent, which the library answers with an exception; that is no price. */
function calculate(...call: Parameters<typeof calcPrice>): ReturnType<typeof calcPrice> {
  try {
    return calcPrice(...call);
  } catch {
    return null;
  }
}

/** Hook metadata marks the long-context variant `claude-opus-4-6[1m]`; price lists know the model without the mark. */
function modelId(model: string): string {
  return model.replace(/\[1m\]$/, '');
}

function providerOf(model: string): string | undefined {
  if (/^claude-/.test(model)) return 'anthropic';
  if (/^(gpt-|o\d|codex-)/.test(model)) return 'openai';
  if (/^gemini-/.test(model)) return 'google';
  return undefined;
}
