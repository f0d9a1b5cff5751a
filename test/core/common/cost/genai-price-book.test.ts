import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { NO_USAGE, type RequestUsage } from '../../../../core/common/cost/usage.ts';

const book = genaiPriceBook();
const at = (day: string) => Date.parse(`${day}T12:00:00Z`) / 1000;
const usd = (model: string, usage: Partial<RequestUsage>, day = '2026-11-20') => {
  const microUsd = book.price(model, { ...NO_USAGE, ...usage }, at(day));
  return microUsd === undefined ? undefined : microUsd / 1_000_000;
};
const MILLION = 1_000_000;

describe('genaiPriceBook', () => {
  it('prices each class of tokens by itself, cache writes by their lifetime', () => {
    expect(usd('claude-opus-4-8', { input: MILLION })).toBe(5);
    expect(usd('claude-opus-4-8', { output: MILLION })).toBe(25);
    expect(usd('claude-opus-4-8', { cache_read: MILLION })).toBe(0.5);
    expect(usd('claude-opus-4-8', { cache_write_5m: MILLION })).toBe(6.25);
    expect(usd('claude-opus-4-8', { cache_write_1h: MILLION })).toBe(10);
  });

  it('prices by the day of the request', () => {
    expect(usd('gpt-5.6-luna', { output: 100_000 }, '2026-07-01')).toBe(0.6);
    expect(usd('gpt-5.6-luna', { output: 100_000 }, '2026-10-01')).toBe(0.12);
  });

  it('takes the dearer tier for the whole of a long request, and only above its beginning', () => {
    expect(usd('claude-sonnet-4-5', { input: 200_000, output: 1000 })).toBe(0.615);
    expect(usd('claude-sonnet-4-5', { input: 100_000, cache_read: 100_001, output: 1000 })).toBe(0.682501);
  });

  it('adds searches of the web, and multiplies what is fast, bound to a country or may wait', () => {
    expect(usd('claude-opus-5', { output: 1000, web_searches: 3 })).toBe(0.055);
    expect(usd('claude-opus-4-6', { output: MILLION, speed: 'fast' })).toBe(150);
    expect(usd('claude-opus-5', { output: MILLION, speed: 'fast' })).toBe(50);
    expect(usd('claude-opus-5', { output: MILLION, inference_geo: 'us' })).toBe(27.5);
    expect(usd('claude-opus-5', { output: MILLION, service_tier: 'batch' })).toBe(12.5);
  });

  it('has no price for a model it does not know, nor for a speed whose price it does not know', () => {
    expect(usd('claude-nonesuch-9', { output: 1 })).toBeUndefined();
    expect(usd('claude-haiku-4-5', { output: 1, speed: 'fast' })).toBeUndefined();
  });
});
