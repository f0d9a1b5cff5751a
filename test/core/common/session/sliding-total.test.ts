import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LONGEST_WINDOW, SlidingTotal } from '../../../../core/common/session/sliding-total.ts';

it('gives what came in the last seconds, as adding it all up does', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: -3, max: 9 })), {
    maxLength: 3000,
  });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: LONGEST_WINDOW }), (all, seconds) => {
      const sliding = new SlidingTotal();
      let at = 1_700_000_000;
      const entries: [number, number][] = [];
      for (const [step, amount] of all) {
        at += step;
        sliding.add(at, amount);
        entries.push([at, amount]);
      }
      const expected = entries.filter(([time]) => time >= at - seconds).reduce((sum, [, amount]) => sum + amount, 0);
      expect(sliding.last(seconds, at)).toBe(expected);
    }),
    { numRuns: 200 },
  );
});

it('counts what comes late for the newest time', () => {
  const sliding = new SlidingTotal();
  sliding.add(1000, 1);
  sliding.add(400, 2);
  expect(sliding.last(10, 1005)).toBe(3);
  expect(sliding.last(10, 1011)).toBe(0);
});
