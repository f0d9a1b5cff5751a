import { statSync } from 'node:fs';
import path from 'node:path';
import type { PriceBook } from '../../common/cost/cost.ts';
import type { SharedSpend } from '../../common/session/shared-spend.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { readCosts } from './stored-costs.ts';

export interface PastSpendOptions {
  /** Path of the store. */
  readonly store: string;
  readonly prices: PriceBook;
  /** What somebody follows tells itself what it spends. */
  readonly sessionOf: (id: string) => unknown;
  /** Unix seconds. */
  readonly now: () => number;
  /** The user's day that a time falls on, `2026-11-20`. */
  readonly dayOf: (at: number) => string;
}

/** Counts what sessions of today cost that nobody follows. */
export async function addPastSpend(spend: SharedSpend, options: PastSpendOptions): Promise<void> {
  const { store, prices, sessionOf, now, dayOf } = options;
  const today = dayOf(now());
  const isPast = (id: string): boolean => {
    const stat = statSync(path.join(store, id, EVENTS_FILE), { throwIfNoEntry: false });
    return stat !== undefined && sessionOf(id) === undefined && dayOf(stat.mtimeMs / 1000) >= today;
  };
  for (const { id, requests } of await readCosts(store, prices, isPast))
    for (const request of requests) spend.record(id, id, request);
}
