import type { Expression } from '../language/expression.ts';
import type { Condition } from './condition.ts';

/** What a `condition` says, in the language of `when`. */
export function translateCondition(condition: Condition): Expression {
  const variable: Expression = { op: 'variable', name: condition.variable };
  if (condition.kind === 'limit') {
    return { op: '>', args: [variable, { op: 'constant', value: condition.threshold }] };
  }
  const globs = condition.globs.map((value): Expression => ({ op: 'constant', value }));
  return { op: 'call', name: 'glob', args: [variable, ...globs] };
}
