import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashedNumbers } from '../../../../core/common/session/hashed-numbers.ts';
import { randomRuns } from '../../../rig/random-runs.ts';

describe('numbers by the hash of a text', () => {
  it('are those of a map', () => {
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 3 }), fc.constantFrom('', '__proto__', '\0', '\0\0'));
    const number = fc.oneof(fc.nat(3), fc.constant(2 ** 30), fc.constant(0));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, number), { maxLength: 300 }), (entries) => {
        const [mine, map] = [new HashedNumbers(), new Map<string, number>()];
        for (const [key, value] of entries) {
          expect(mine.get(key)).toBe(map.get(key));
          expect(mine.has(key)).toBe(map.has(key));
          if (value % 2 === 1) map.set(key, (map.get(key) ?? 0) + 1);
          else if (!map.has(key)) map.set(key, value);
          expect(value % 2 === 1 ? mine.increase(key) : mine.add(key, value)).toBe(map.get(key));
        }
        for (const [key, value] of map) expect(mine.get(key)).toBe(value);
        expect(mine.size).toBe(map.size);
      }),
      randomRuns(1000),
    );
  });

  it.each([
    ['counted up', (at: number) => `${at}`],
    ['of agents', (at: number) => `toolu_${String(at >> 1).padStart(22, '0')}${at % 2 === 0 ? '' : '.result'}`],
    ['in hexadecimal', (at: number) => at.toString(16).padStart(32, '0')],
    ['of one letter more each', (at: number) => `${'a'.repeat(at % 100)}${Math.floor(at / 100)}`],
    ['of two units', (at: number) => String.fromCharCode(at & 1023, at >> 10)],
  ])('keep 300,000 ids apart that are %s', (_, idOf) => {
    const ids = new HashedNumbers();
    for (let at = 0; at < 300_000; at += 1) ids.add(idOf(at), 0);
    expect(ids.size).toBe(300_000);
  });
});
