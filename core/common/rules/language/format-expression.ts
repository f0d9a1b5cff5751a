import type { Expression, Value } from './expression.ts';
import { FUNCTIONS } from './functions.ts';

/** The condition as one would write it in CEL: what `parseWhen` reads gives the same expression again. */
export function formatExpression(expression: Expression): string {
  return format(expression, 0);
}

/** How tightly each operator binds; the operands of a tighter one need brackets. */
const BINDING: Readonly<Record<string, number>> = {
  if: 1,
  or: 2,
  and: 3,
  '==': 4,
  '!=': 4,
  '<': 4,
  '<=': 4,
  '>': 4,
  '>=': 4,
  in: 4,
  '+': 5,
  '-': 5,
  '*': 6,
  '/': 6,
  '%': 6,
  quotient: 6,
  remainder: 6,
  not: 7,
  negate: 7,
};

const SIGNS: Readonly<Record<string, string>> = { and: '&&', or: '||', quotient: '/', remainder: '%' };

function format(expression: Expression, outer: number): string {
  if (expression.op === 'constant') return formatValue(expression.value);
  if (expression.op === 'variable') return expression.name;
  if (expression.op === 'call') return formatCall(expression.name, expression.args);
  const { op, args } = expression;
  const binding = BINDING[op] ?? 0;
  const parts = args.map((arg, index) => format(arg, index === 0 ? binding : binding + 1));
  const text = formatOperation(op, parts);
  return binding < outer ? `(${text})` : text;
}

function formatOperation(op: string, parts: readonly string[]): string {
  const [first = '', second = '', third = ''] = parts;
  if (op === 'not') return `!${first}`;
  if (op === 'negate') return `-${first}`;
  if (op === 'if') return `${first} ? ${second} : ${third}`;
  if (op === 'in') return `${first} in [${parts.slice(1).join(', ')}]`;
  return `${first} ${SIGNS[op] ?? op} ${second}`;
}

function formatCall(name: keyof typeof FUNCTIONS, args: readonly Expression[]): string {
  const [first, ...rest] = args.map((arg) => format(arg, 0));
  if (name === 'glob' && rest.length > 1) return `glob(${first}, [${rest.join(', ')}])`;
  const isMethod = FUNCTIONS[name].signatures[0].startsWith('string.');
  return isMethod
    ? `${bracketed(args[0], first)}.${name}(${rest.join(', ')})`
    : `${name}(${[first, ...rest].join(', ')})`;
}

/** What a method is called on. */
function bracketed(expression: Expression | undefined, text = ''): string {
  const isPlain = expression?.op === 'constant' || expression?.op === 'variable' || expression?.op === 'call';
  return isPlain ? text : `(${text})`;
}

function formatValue(value: Value): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
