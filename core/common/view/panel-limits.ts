import type { LimitBar } from '../protocol/panel.ts';
import { formatLimitValue } from '../rules/limit-value.ts';
import type { Nearness } from '../rules/nearness.ts';
import { isMoney } from '../rules/rule.ts';
import { excerpt } from './excerpt.ts';

/** A session's limits as bars, nearest first. */
export function limitBars(limits: readonly Nearness[]): readonly LimitBar[] {
  return limits
    .map((near) => {
      const { rule, limit, fraction, broken } = near;
      const { name, action, mode = 'enforce', warnAt = null } = rule;
      const text = `${formatLimitValue(limit.name, shownValue(near))} of ${formatLimitValue(limit.name, limit.threshold)}`;
      return { rule: excerpt(name), text, fraction, broken, action, mode, warnAt };
    })
    .sort((a, b) => b.fraction - a.fraction);
}

/** `then kill`, `broken, would kill`: what comes of a limit, in the mode of its rule. */
export function limitEffect({ broken, action, mode }: Pick<LimitBar, 'broken' | 'action' | 'mode'>): string {
  const would = mode === 'monitor' && action !== 'alert' ? 'would ' : '';
  return `${broken ? 'broken, ' : would === '' ? 'then ' : 'then it '}${would}${action}`;
}

/** With the digits that people read, money as `formatCost` has it; what is over a limit still shows it. */
function shownValue({ limit: { name, threshold }, value, broken }: Nearness): number {
  if (!isMoney(name)) return Math.ceil(value * 100) / 100;
  const rounded = Number(value.toFixed(value < 0.01 ? 4 : 2));
  return broken && rounded <= threshold && value > threshold ? Math.ceil(value * 100) / 100 : rounded;
}
