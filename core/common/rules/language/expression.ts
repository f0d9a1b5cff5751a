import type { FunctionName } from './functions.ts';
import type { VariableName } from './variables.ts';

export type Value = string | number | boolean;

/**
 * A checked condition as plain data: it can be kept in a file and evaluated without the parser. Types are right by then.
 * `quotient` and `remainder` are those of whole numbers, `/` and `%` those of all others.
 */
export type Expression =
  | { readonly op: 'constant'; readonly value: Value }
  | { readonly op: 'variable'; readonly name: VariableName }
  | { readonly op: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] }
  | { readonly op: Operator; readonly args: readonly Expression[] };

export type Operator =
  | 'and'
  | 'or'
  | 'not'
  | 'negate'
  | 'if'
  /** The first argument is one of the others. */
  | 'in'
  | Comparison
  | Arithmetic;

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
export type Arithmetic = '+' | '-' | '*' | '/' | '%' | 'quotient' | 'remainder';

/** Every variable in an expression, once each, in order of appearance. */
export function variablesOf(expression: Expression): readonly VariableName[] {
  const names = new Set<VariableName>();
  const visit = (node: Expression): void => {
    if (node.op === 'variable') names.add(node.name);
    else if (node.op !== 'constant') node.args.forEach(visit);
  };
  visit(expression);
  return [...names];
}
