import { asRecord, parseJson } from '../json.ts';
import { decodeUserPrices, type UserPrices } from './user-prices.ts';

/** JSON of the prices in an editor's setting, in the environment of the programs that it starts. */
export const PRICES_VARIABLE = 'AGENT_TRACE_PRICES';

/** The prices that an editor has handed on at the start; none when it has not. */
export function handedPrices(env: Readonly<Record<string, string | undefined>>): UserPrices {
  return decodeUserPrices(parseJson(env[PRICES_VARIABLE] ?? '')).prices;
}

/** A line by which an editor tells the watcher that it has started that its setting has changed. */
export function encodeHandedPrices(prices: UserPrices): string {
  return `${JSON.stringify({ prices })}\n`;
}

/** Undefined for a line that says something else. */
export function decodeHandedPrices(line: string): UserPrices | undefined {
  const prices = asRecord(asRecord(parseJson(line))?.prices);
  return prices && decodeUserPrices(prices).prices;
}
