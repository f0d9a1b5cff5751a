import type { RequestUsage } from './usage.ts';

/**
 * Money is counted in whole micro-dollars (1 USD = 1,000,000), so that sums do not drift.
 * - `known`: every request had a usage record and a price.
 * - `estimated`: part of it is a guess.
 * - `unpriced`: part of it has no price or no usage record; `microUsd` holds the rest, null when nothing could be priced.
 */
export interface Cost {
  readonly microUsd: number | null;
  readonly kind: 'known' | 'estimated' | 'unpriced';
  /** Models no price was found for, in order of appearance. */
  readonly unpricedModels: readonly string[];
}

/** Prices of one request at its own time. A parameter of the reducer: the core knows no model. */
export interface PriceBook {
  /** Whole micro-dollars, or undefined when the model has no price. `at` is Unix seconds. */
  price(model: string, usage: RequestUsage, at: number): number | undefined;
  /** Tokens, or undefined when unknown. */
  contextWindow(model: string): number | undefined;
  /** Tokens of a text, for sessions whose recorder gives texts and no usage; without it those have no cost. */
  readonly countTokens?: (text: string) => number;
}

/** Dollars for people and JSON; micro-dollars stay inside. */
export function toUsd(microUsd: number | null): number | null {
  return microUsd === null ? null : microUsd / 1_000_000;
}

/** `$0.42`, `~$0.42` (estimated), `≥$0.42` (part of it has no price), `$?` (nothing could be priced). */
export function formatCost(cost: Cost): string {
  if (cost.microUsd === null) return '$?';
  const prefix = cost.kind === 'estimated' ? '~' : cost.kind === 'unpriced' ? '≥' : '';
  const usd = cost.microUsd / 1_000_000;
  const digits = usd > 0 && usd < 0.01 ? 4 : 2;
  return `${prefix}$${usd.toFixed(digits)}`;
}

/** The same of dollars as reports have them. */
export function formatUsd({ usd, kind }: { readonly usd: number | null; readonly kind: Cost['kind'] }): string {
  return formatCost({ microUsd: usd === null ? null : Math.round(usd * 1_000_000), kind, unpricedModels: [] });
}
