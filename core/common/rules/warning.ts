import type { Expression } from './language/expression.ts';
import { joinedLimit, type Limit } from './language/limit.ts';
import type { Rule } from './rule.ts';

/** What a rule with `warnAt` says before its limit is broken. */
export interface Warning {
  /** The rule whose limit it is. */
  readonly of: Rule;
  /** Holds between the share of the limit and the limit. */
  readonly rule: Rule;
  readonly limit: Limit;
  /** The share of the limit as a value. */
  readonly threshold: number;
}

/** Undefined for a rule that warns of nothing. Its action is `alert`; the name, the mode and all else are the rule's. */
export function warningOf(rule: Rule): Warning | undefined {
  const found = rule.warnAt === undefined ? undefined : joinedLimit(rule.when);
  if (!found || rule.warnAt === undefined) return undefined;
  const { limit, others } = found;
  // Two factors as people write them, without the last bits of their product.
  const threshold = Number((limit.threshold * rule.warnAt).toPrecision(12));
  const isNear: Expression = { op: '>', args: [limit.measure, { op: 'constant', value: threshold }] };
  const isKept: Expression = { op: 'not', args: [rule.when] };
  const when = [...others, isKept].reduce((all, each): Expression => ({ op: 'and', args: [all, each] }), isNear);
  const { repeat: _, warnAt: __, ...rest } = rule;
  return { of: rule, rule: { ...rest, when, action: 'alert' }, limit, threshold };
}
