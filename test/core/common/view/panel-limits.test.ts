import { expect, it } from 'vitest';
import { formatCost } from '../../../../core/common/cost/cost.ts';
import type { Rule } from '../../../../core/common/rules/rule.ts';
import { limitBars } from '../../../../core/common/view/panel-limits.ts';
import { limit, nearnessOf } from '../rules/conditions.ts';

const bar = (value: number, more: Partial<Rule> = {}) => {
  const rule: Rule = { name: 'budget', ...limit('cost_usd', 5), action: 'kill', ...more };
  return limitBars([nearnessOf(rule, value, value / 5, value > 5)])[0];
};

it('money on a bar is the figure of the header, rounded as it is', () => {
  for (const usd of [0, 0.0042, 0.613, 0.617, 3.1, 4.999, 5.123456]) {
    const cost = formatCost({ microUsd: Math.round(usd * 1e6), kind: 'known', unpricedModels: [] });
    expect(Number(bar(usd)?.text.split(' of ')[0]?.slice(1))).toBe(Number(cost.slice(1)));
  }
});

it('what is over a limit by less than a cent still shows it', () => {
  expect(bar(5.001)?.text).toBe('$5.01 of $5.00');
});

it('a bar tells the mode of its rule, and the share of the limit at which it warns', () => {
  expect(bar(1, { mode: 'monitor', warnAt: 0.8 })).toMatchObject({ mode: 'monitor', warnAt: 0.8 });
  expect(bar(1)).toMatchObject({ mode: 'enforce', warnAt: null });
});
