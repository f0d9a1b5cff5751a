import { describe, expect, it } from 'vitest';
import { NO_USAGE } from '../../../../core/common/cost/usage.ts';
import type { PricedRequest } from '../../../../core/common/session/priced-request.ts';
import { SharedSpend } from '../../../../core/common/session/shared-spend.ts';

const request = (id: string, usd: number, more: Partial<PricedRequest> = {}): PricedRequest => ({
  id,
  model: 'm',
  usage: NO_USAGE,
  at: 1,
  microUsd: usd * 1_000_000,
  guessed: [],
  ...more,
});
const spend = () => new SharedSpend((at) => (at < 10 ? 'monday' : 'tuesday'));

describe('SharedSpend', () => {
  it('adds up by tree and by day, growing reports once', () => {
    const shared = spend();
    shared.record('a', 'a', request('r1', 1));
    shared.record('a.x', 'a', request('r2', 2));
    shared.record('a.x', 'a', request('r2', 3));
    shared.record('b', 'b', request('r3', 5, { at: 11 }));
    expect([shared.tree('a'), shared.tree('b'), shared.day('monday'), shared.day('tuesday')]).toEqual([4, 5, 4, 5]);
  });

  it('counts a request in the first session that reports it', () => {
    const shared = spend();
    shared.record('a', 'a', request('r1', 1));
    shared.record('b', 'b', request('r1', 1));
    expect([shared.tree('a'), shared.tree('b'), shared.day('monday')]).toEqual([1, 0, 1]);
  });

  it('takes guesses back once the truth is told', () => {
    const shared = spend();
    shared.record('a', 'a', request('guess-1', 7, { guessed: ['tokens'] }));
    shared.record('a', 'a', request('guess-1', 8, { guessed: ['tokens'] }));
    expect(shared.tree('a')).toBe(8);
    shared.record('a', 'a', request('r1', 1));
    expect([shared.tree('a'), shared.day('monday')]).toEqual([1, 1]);
  });
});
