import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PricedRequest } from '../../../../core/common/session/priced-request.ts';
import { RequestRows } from '../../../../core/common/session/request-rows.ts';
import { randomRuns } from '../../../rig/random-runs.ts';

const count = fc.oneof(fc.nat(1e12), fc.nat(5000), fc.constantFrom(2 ** 32 - 1, 2 ** 32));
const counts = fc.record({
  input: count,
  output: count,
  cache_read: count,
  cache_write_5m: count,
  cache_write_1h: count,
});
const facts = fc.record(
  {
    reasoning: fc.integer({ min: 1, max: 1e12 }),
    web_searches: fc.integer({ min: 1, max: 1e12 }),
    speed: fc.constantFrom('fast', 'slow'),
    inference_geo: fc.constantFrom('us', 'fast'),
    service_tier: fc.constantFrom('batch', 'us'),
  },
  { requiredKeys: [] },
);
const request: fc.Arbitrary<PricedRequest> = fc.record({
  id: fc.oneof(fc.constantFrom('a', 'b', '__proto__'), fc.string({ unit: 'binary', maxLength: 4 })),
  model: fc.constantFrom('model', 'other', '__proto__', ''),
  usage: fc.tuple(counts, facts).map(([known, further]) => ({ ...known, ...further })),
  at: fc.double({ noNaN: true, noDefaultInfinity: true }),
  microUsd: fc.option(count, { nil: undefined }),
  guessed: fc.constantFrom([], ['tokens', 'caching'] as const, ['tokens', 'caching', 'model'] as const),
});

describe('requests in rows of numbers', () => {
  it('are those of a map, in its order', () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
        const [rows, map] = [new RequestRows(), new Map<string, PricedRequest>()];
        for (const each of requests) {
          rows.set(each);
          map.set(each.id, each);
          expect(rows.get(each.id)).toEqual(each);
        }
        expect([...rows.values()]).toEqual([...map.values()]);
        expect(rows.size).toBe(map.size);
        expect(rows.get('none such')).toBeUndefined();
      }),
      randomRuns(1000),
    );
  });

  it('may be thousands, and each may change', () => {
    const rows = new RequestRows();
    const made = (at: number, microUsd: number) => ({
      id: `${at}`,
      model: 'model',
      usage: { input: at, output: 0, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0 },
      at,
      microUsd,
      guessed: [],
    });
    for (let at = 0; at < 5000; at += 1) rows.set(made(at, 1));
    for (const each of rows.values()) rows.set({ ...each, microUsd: each.at });
    expect([...rows.values()]).toEqual(Array.from({ length: 5000 }, (_, at) => made(at, at)));
  });
});
