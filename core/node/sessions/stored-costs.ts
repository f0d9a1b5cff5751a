import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { PriceBook } from '../../common/cost/cost.ts';
import { SessionCost } from '../../common/cost/session-cost.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { SessionReader } from '../tail/session-reader.ts';
import { storedSessionIds } from './stored-sessions.ts';

/** Reads what the sessions of a store cost, oldest first; those without events are left out. `wanted`: all by default. */
export async function readCosts(
  store: string,
  prices: PriceBook,
  wanted: (id: string) => boolean = () => true,
): Promise<readonly SessionCost[]> {
  if (!existsSync(store)) return [];
  const root = realpathSync(store);
  const costs: SessionCost[] = [];
  for (const id of storedSessionIds(root)) {
    if (!wanted(id)) continue;
    const cost = new SessionCost(id, prices);
    const reader = new SessionReader({
      path: join(root, id, EVENTS_FILE),
      root,
      onEvent: (event) => cost.apply(event),
      onIssue: () => {},
    });
    await reader.drain();
    reader.close();
    if (cost.state.events > 0) costs.push(cost);
  }
  return costs.sort((a, b) => (a.state.startedAt ?? 0) - (b.state.startedAt ?? 0));
}
