import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../../../../core/common/cost/usage.ts';
import { decodeUserPrices, withUserPrices } from '../../../../../core/common/cost/user-prices.ts';
import { readUserConfig } from '../../../../../core/common/rules/reading/read-rules.ts';

const read = (prices: unknown) => readUserConfig(JSON.stringify({ prices }), 'json');
const mistakes = (prices: unknown) => {
  const result = read(prices);
  return 'issues' in result ? result.issues.map(({ message, text }) => `${message} @ ${text}`) : [];
};

describe('prices of the user', () => {
  it('are taken as they stand', () => {
    const prices = { mine: { input: 1, output: 2, cache_read: 0 } };
    expect(read(prices)).toMatchObject({ value: { prices } });
    expect(decodeUserPrices(prices)).toEqual({ prices, wrong: [] });
  });

  it.each([
    [[], '"prices" is a list @ ['],
    [{ mine: 3 }, 'the price of "mine" is a number @ 3'],
    [{ mine: { input: 3 } }, 'the price of "mine" has no "output" @ {'],
    [{ mine: { input: -3, output: 1 } }, '"input" is no price @ -3'],
    [{ mine: { input: 1, output: 1, cache: 1 } }, 'unknown field "cache" @ "cache"'],
  ])('%j is refused with its place', (prices, message) => {
    expect(mistakes(prices)).toEqual([message]);
    if (!Array.isArray(prices)) expect(decodeUserPrices(prices).wrong).toEqual(['mine']);
  });

  it('come before the price list, class by class', () => {
    const list = { price: () => 7, contextWindow: () => undefined };
    const book = withUserPrices(list, () => ({ mine: { input: 2, output: 4, cache_read: 0.5 } }));
    const usage = { ...NO_USAGE, input: 10, output: 10, cache_read: 10, cache_write_1h: 10 };
    expect(book.price('mine', usage, 0)).toBe(20 + 40 + 5 + 20);
    expect(book.price('mine', { ...usage, speed: 'fast' }, 0)).toBe(7);
    expect(book.price('other', usage, 0)).toBe(7);
  });
});
