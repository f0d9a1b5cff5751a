import { type Expression, variablesOf } from './expression.ts';
import { formatExpression } from './format-expression.ts';
import { VARIABLES } from './variables.ts';

/** A number that a session comes nearer to: what may be shown as a bar, and warned of beforehand. */
export interface Limit {
  /** What is measured. */
  readonly measure: Expression;
  /** Its name for people. */
  readonly name: string;
  readonly threshold: number;
  /** Whether the limit itself breaks the rule already. */
  readonly inclusive: boolean;
}

/** The limit that a condition as a whole is (`cost_usd > 5`, `calls_last(60) >= 100`); undefined for any other. */
export function limitOf(expression: Expression): Limit | undefined {
  if (expression.op !== '>' && expression.op !== '>=') return undefined;
  const [measure, bound] = expression.args;
  if (!measure || bound?.op !== 'constant' || typeof bound.value !== 'number') return undefined;
  const isNumber =
    measure.op === 'variable'
      ? VARIABLES[measure.name].type === 'double' && VARIABLES[measure.name].scope !== 'call'
      : measure.op === 'call' && (measure.name === 'calls_last' || measure.name === 'cost_last');
  if (!isNumber) return undefined;
  return { measure, name: formatExpression(measure), threshold: bound.value, inclusive: expression.op === '>=' };
}

/** A limit that a condition is, alone or joined by `&&` to other facts of the session. */
export interface JoinedLimit {
  readonly limit: Limit;
  /** What must hold beside it. */
  readonly others: readonly Expression[];
}

/** Undefined for a condition with no limit or with several, and for one that asks about a call. */
export function joinedLimit(expression: Expression): JoinedLimit | undefined {
  if (variablesOf(expression).some((name) => VARIABLES[name].scope === 'call')) return undefined;
  const parts = conjuncts(expression).map((part) => ({ part, limit: limitOf(part) }));
  const [found, ...more] = parts.filter(({ limit }) => limit !== undefined);
  if (!found?.limit || more.length > 0) return undefined;
  return { limit: found.limit, others: parts.filter((each) => each !== found).map(({ part }) => part) };
}

function conjuncts(expression: Expression): readonly Expression[] {
  return expression.op === 'and' ? expression.args.flatMap(conjuncts) : [expression];
}

/** Bounds of `duration_minutes` and `idle_minutes` anywhere in a condition: time alone may make it hold. */
export function timeBounds(
  expression: Expression,
): readonly { readonly variable: 'duration_minutes' | 'idle_minutes'; readonly minutes: number }[] {
  if (expression.op === 'constant' || expression.op === 'variable') return [];
  const found = expression.args.flatMap(timeBounds);
  const [left, right] = expression.args;
  for (const [variable, bound] of [
    [left, right],
    [right, left],
  ]) {
    if (variable?.op !== 'variable' || bound?.op !== 'constant' || typeof bound.value !== 'number') continue;
    if (variable.name === 'duration_minutes' || variable.name === 'idle_minutes') {
      found.push({ variable: variable.name, minutes: bound.value });
    }
  }
  return found;
}
