import type { LimitBar } from '../protocol/panel.ts';
import { formatLimitValue } from '../rules/limit-value.ts';
import type { Nearness } from '../rules/nearness.ts';
import { excerpt } from './excerpt.ts';

/** A session's limits as bars, nearest first. */
export function limitBars(limits: readonly Nearness[]): readonly LimitBar[] {
  return limits
    .flatMap(({ rule, value, fraction, broken }) => {
      const { condition, action, name } = rule;
      if (condition.kind !== 'limit') return [];
      const { variable, threshold } = condition;
      const text = `${formatLimitValue(variable, rounded(value))} of ${formatLimitValue(variable, threshold)}`;
      return [{ rule: excerpt(name), text, fraction, broken, action }];
    })
    .sort((a, b) => b.fraction - a.fraction);
}

/** Minutes and percents come with more digits than anyone reads; what is over a limit still shows it. */
function rounded(value: number): number {
  return Math.ceil(value * 100) / 100;
}
