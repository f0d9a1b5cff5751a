import { readFileSync } from 'node:fs';
import { calcPrice } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { PriceLists } from '../../../../core/common/cost/price-list.ts';
import { contextTokens, type RequestUsage } from '../../../../core/common/cost/usage.ts';

/** Every model that the price data names, with those whose price changed. */
const MODELS = [
  ...new Set(
    readFileSync(new URL(import.meta.resolve('@pydantic/genai-prices')), 'utf8').match(/(?<=\bid: ")[^"]+(?=")/g),
  ),
];
/** From before the first dated price to after the last one. */
const times = fc.integer({ min: 1_700_000_000, max: 1_800_000_000 });
/** Around where dearer tiers begin, too. */
const tokens = fc.oneof(fc.nat(1000), fc.nat(300_000), fc.integer({ min: 199_990, max: 200_010 }), fc.constant(0));
const usages: fc.Arbitrary<RequestUsage> = fc.record({
  input: tokens,
  output: tokens,
  cache_read: tokens,
  cache_write_5m: tokens,
  cache_write_1h: tokens,
});

describe('PriceLists', () => {
  it('add up to the last bit what the library of the price data does, for every model and day', () => {
    const lists = new PriceLists();
    let added = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...MODELS),
        usages,
        times,
        fc.integer({ min: 0, max: 86_399 }),
        (model, usage, day, second) => {
          for (const at of [day, Math.floor(day / 86_400) * 86_400 + second]) {
            const result = ask(model, usage, at);
            const sum = lists.total(model, usage, at);
            if (sum) {
              added += 1;
              expect(sum.usd).toBe(result?.total_price);
              expect(sum.prices).toBe(result?.model_price);
            }
            if (result) lists.learn(model, at, result);
          }
        },
      ),
      { numRuns: 20_000 },
    );
    expect(added).toBeGreaterThan(5000);
  });

  it('know the models of the agents once they were asked for', () => {
    const usage = { input: 1000, output: 100, cache_read: 5000, cache_write_5m: 10, cache_write_1h: 20 };
    for (const model of ['claude-opus-4-8', 'claude-sonnet-4-5', 'gpt-5.6-luna', 'gemini-3-pro-preview']) {
      const lists = new PriceLists();
      const result = ask(model, usage, 1_795_000_000);
      if (result) lists.learn(model, 1_795_000_000, result);
      expect(lists.total(model, usage, 1_795_000_001)?.usd).toBe(result?.total_price);
    }
  });

  it('leave to the library what is no sensible count', () => {
    const book = genaiPriceBook();
    const usage = { input: 1000, output: 100, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0 };
    expect(book.price('claude-opus-4-8', usage, 1_795_000_000)).toBe(7500);
    expect(book.price('claude-opus-4-8', { ...usage, output: -1 }, 1_795_000_000)).toBeUndefined();
    expect(book.price('claude-opus-4-8', { ...usage, input: Number.NaN }, 1_795_000_000)).toBeUndefined();
    expect(book.price('claude-opus-4-8', usage, 1_795_000_000)).toBe(7500);
  });
});

function ask(model: string, usage: RequestUsage, at: number) {
  try {
    return calcPrice(
      {
        input_tokens: contextTokens(usage),
        cache_read_tokens: usage.cache_read,
        cache_write_tokens: usage.cache_write_5m + usage.cache_write_1h,
        cache_write_1h_tokens: usage.cache_write_1h,
        output_tokens: usage.output,
      },
      model,
      { timestamp: new Date(at * 1000) },
    );
  } catch {
    return null;
  }
}
