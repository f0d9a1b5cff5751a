import { variablesOf } from './language/expression.ts';
import { VARIABLES } from './language/variables.ts';
import type { Rule } from './rule.ts';

/** Whether the condition asks for facts of a call: it is held against calls alone, and each may break it. */
export function isPerCall({ when }: Pick<Rule, 'when'>): boolean {
  return variablesOf(when).some((name) => VARIABLES[name].scope === 'call');
}
