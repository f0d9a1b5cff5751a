import { statSync } from 'node:fs';
import path from 'node:path';
import type { PriceBook } from '../../common/cost/cost.ts';
import type { SessionCost } from '../../common/cost/session-cost.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { readCosts } from './stored-costs.ts';

/** What sessions cost that nobody follows. `isWanted` gets the time of the last write, Unix seconds. */
export function readPastSpend(
  store: string,
  prices: PriceBook,
  isWanted: (id: string, writtenAt: number) => boolean,
): Promise<readonly SessionCost[]> {
  return readCosts(store, prices, (id) => {
    const stat = statSync(path.join(store, id, EVENTS_FILE), { throwIfNoEntry: false });
    return stat !== undefined && isWanted(id, stat.mtimeMs / 1000);
  });
}
