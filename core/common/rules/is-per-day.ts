import { variablesOf } from './language/expression.ts';
import type { Rule } from './rule.ts';

/** Whether the condition asks for a day's cost, of which each session of the day has a part. */
export function isPerDay({ when }: Pick<Rule, 'when'>): boolean {
  return variablesOf(when).includes('cost_usd_today');
}
