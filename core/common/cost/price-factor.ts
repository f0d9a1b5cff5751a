import type { RequestUsage } from './usage.ts';

/**
 * How much dearer the tokens of fast answers are, by model. Source: Anthropic's page on fast mode and the entries of
 * the fast variants in public price lists, read in November 2026; the price data we use knows nothing of it. That of
 * Opus 4.7 is taken to be that of 4.6: no source names it.
 */
const FAST: readonly (readonly [RegExp, number])[] = [
  [/^claude-opus-4-[67](?!\d)/, 6],
  [/^claude-opus-4-8(?!\d)/, 2],
  [/^claude-opus-5(?!\d)/, 2],
];

/** Requests that have to be answered in one country. Source: Anthropic's price page; models from Opus 4.6 on. */
const GEO: Readonly<Record<string, number>> = { us: 1.1 };

/** Requests that may wait for hours. Source: price pages of Anthropic and OpenAI. */
const BATCH = 0.5;

/**
 * What the price of a request's tokens is multiplied with for its speed, place and tier; undefined when it asked for
 * something whose price is not known.
 */
export function priceFactor(model: string, usage: RequestUsage): number | undefined {
  const fast = usage.speed === 'fast' ? FAST.find(([models]) => models.test(model))?.[1] : 1;
  if (fast === undefined) return undefined;
  const geo = usage.inference_geo === undefined ? 1 : (GEO[usage.inference_geo] ?? 1);
  return fast * geo * (usage.service_tier === 'batch' ? BATCH : 1);
}
