import type { Guess, PricedRequest } from '../session/priced-request.ts';
import { claim } from './cost-report.ts';
import type { SessionCost } from './session-cost.ts';
import { guessesOf, type Spend, spendBy, spendOf, unpricedModels } from './spend.ts';

/** `agent-trace cost --json` without a session: everything in a store. Documented in docs/cost.md; a public contract. */
export interface StoreCost extends Spend {
  readonly unpriced_models: readonly string[];
  readonly guessed: readonly Guess[];
  readonly models: readonly (Spend & { readonly model: string })[];
  /** Newest first, as `2026-11-20`. */
  readonly days: readonly (Spend & { readonly day: string; readonly models: StoreCost['models'] })[];
  /** Newest first; subagents are part of their session. */
  readonly sessions: readonly (Spend & {
    readonly session_id: string;
    readonly agent: string;
    readonly started_at: number | null;
    readonly reported_usd: number | null;
  })[];
}

/**
 * `sessions`: oldest first; a request that several report, because one goes on from a copy of another, counts in the
 * oldest. `dayOf`: the day a time (Unix seconds) falls on. `rootOf`: the session that one belongs to.
 */
export function storeCost(
  sessions: readonly SessionCost[],
  dayOf: (at: number) => string,
  rootOf: (id: string) => string,
): StoreCost {
  const claimed = new Set<string>();
  const byRoot = new Map<string, PricedRequest[]>();
  for (const session of sessions) {
    const root = rootOf(session.id);
    byRoot.set(root, [...(byRoot.get(root) ?? []), ...claim(session.requests, claimed)]);
  }
  const all = [...byRoot.values()].flat();
  const days = new Map<string, PricedRequest[]>();
  for (const request of all) {
    const day = dayOf(request.at);
    const members = days.get(day);
    if (members) members.push(request);
    else days.set(day, [request]);
  }
  return {
    ...spendOf(all),
    unpriced_models: unpricedModels(all),
    guessed: guessesOf(all),
    models: modelsOf(all),
    days: [...days]
      .sort(([a], [b]) => (a < b ? 1 : -1))
      .map(([day, requests]) => ({ day, ...spendOf(requests), models: modelsOf(requests) })),
    sessions: sessions
      .filter(({ id }) => byRoot.has(id))
      .map((session) => ({
        session_id: session.id,
        agent: session.state.agent,
        started_at: session.state.startedAt ?? null,
        reported_usd: session.reportedUsd ?? null,
        ...spendOf(byRoot.get(session.id) ?? []),
      }))
      .reverse(),
  };
}

function modelsOf(requests: readonly PricedRequest[]): StoreCost['models'] {
  return spendBy(requests, ({ model }) => model).map(({ key, ...spend }) => ({ model: key, ...spend }));
}
