import { expect, it } from 'vitest';
import type { PriceBook } from '../../../../core/common/cost/cost.ts';
import { PanelCurve } from '../../../../core/common/view/panel-curve.ts';
import { EventMaker } from '../../../rig/events.ts';

it('is drawn by other prices as if they had held all along', () => {
  let perToken = 1;
  const prices: PriceBook = {
    price: (_, { output }) => (perToken === 0 ? undefined : perToken * output),
    contextWindow: () => undefined,
  };
  const make = new EventMaker();
  const curve = new PanelCurve(prices);
  curve.apply(make.response('a', { output: 1_000_000 }));
  curve.apply(make.response('b', { output: 2_000_000 }));
  const [first = 0, second = 0] = curve.curve.map(([at]) => at);
  expect(curve.curve).toEqual([
    [first, 1],
    [second, 3],
  ]);
  perToken = 5;
  curve.reprice();
  expect(curve.curve).toEqual([
    [first, 5],
    [second, 15],
  ]);
  perToken = 0;
  curve.reprice();
  expect(curve.curve).toEqual([]);
  perToken = 1;
  curve.reprice();
  curve.apply(make.response('c', { output: 1_000_000 }));
  expect(curve.curve.map(([, usd]) => usd)).toEqual([1, 3, 4]);
});
