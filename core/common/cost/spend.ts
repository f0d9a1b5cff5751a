import type { Guess, PricedRequest } from '../session/priced-request.ts';
import { unpricedName } from '../session/session-ledger.ts';
import { type Cost, toUsd } from './cost.ts';
import { addUsage, NO_USAGE, type Usage } from './usage.ts';

/** What some requests cost together. */
export interface Spend {
  /** USD of what has a price; null when nothing has. */
  readonly usd: number | null;
  readonly kind: Cost['kind'];
  readonly requests: number;
  readonly tokens: Usage;
}

/** Adds up requests. None at all cost nothing. */
export function spendOf(requests: readonly PricedRequest[]): Spend {
  const priced = requests.filter(({ microUsd }) => microUsd !== undefined);
  const microUsd = priced.reduce((sum, request) => sum + (request.microUsd ?? 0), 0);
  const isGuess = requests.some(({ guessed }) => guessed.length > 0);
  const kind = priced.length < requests.length ? 'unpriced' : isGuess ? 'estimated' : 'known';
  return {
    usd: toUsd(requests.length > 0 && priced.length === 0 ? null : microUsd),
    kind,
    requests: requests.length,
    tokens: requests.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
  };
}

/** The same by a key, dearest first. */
export function spendBy(
  requests: readonly PricedRequest[],
  keyOf: (request: PricedRequest) => string,
): readonly (Spend & { readonly key: string })[] {
  const groups = new Map<string, PricedRequest[]>();
  for (const request of requests) {
    const key = keyOf(request);
    const members = groups.get(key);
    if (members) members.push(request);
    else groups.set(key, [request]);
  }
  return [...groups]
    .map(([key, members]) => ({ key, ...spendOf(members) }))
    .sort((a, b) => (b.usd ?? -1) - (a.usd ?? -1));
}

/** Models without a price, by name, in order of appearance. */
export function unpricedModels(requests: readonly PricedRequest[]): readonly string[] {
  return [...new Set(requests.filter(({ microUsd }) => microUsd === undefined).map(unpricedName))];
}

/** What was guessed of any of them. */
export function guessesOf(requests: readonly PricedRequest[]): readonly Guess[] {
  return [...new Set(requests.flatMap(({ guessed }) => guessed))];
}
