import type { Comparison, Expression, Value } from './expression.ts';
import { formatExpression } from './format-expression.ts';
import { VARIABLES } from './variables.ts';

/** A condition in words: `more than 5 US dollars spent by the session, and the tool is "Bash"`. Never throws. */
export function explainExpression(expression: Expression): string {
  return sentence(expression, true);
}

/** `holds` false: its opposite. */
function sentence(expression: Expression, holds: boolean): string {
  switch (expression.op) {
    case 'variable':
      return fact(expression.name, holds);
    case 'not':
      return sentence(expression.args[0] ?? expression, !holds);
    case 'and':
    case 'or':
      return joined(expression.op, expression.args, holds);
    case 'in':
      return member(expression.args, holds);
    case 'call':
      return call(expression, holds);
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(holds ? expression.op : OPPOSITES[expression.op], expression.args);
    default:
      return `${holds ? '' : 'not '}${formatExpression(expression)}`;
  }
}

/** The opposite of a list is said of each of its parts: people read it better than `not (a, and b)`. */
function joined(op: 'and' | 'or', args: readonly Expression[], holds: boolean): string {
  const word = holds ? op : op === 'and' ? 'or' : 'and';
  return flat(op, args)
    .map((arg) => {
      const text = sentence(arg, holds);
      return arg.op === 'and' || arg.op === 'or' ? `(${text})` : text;
    })
    .join(`, ${word} `);
}

function flat(op: 'and' | 'or', args: readonly Expression[]): readonly Expression[] {
  return args.flatMap((arg) => (arg.op === op ? flat(op, arg.args) : [arg]));
}

/** The meaning of a variable that says yes or no: `whether the session is one of a subagent`. */
function fact(name: keyof typeof VARIABLES, holds: boolean): string {
  const said = brief(VARIABLES[name].meaning).replace(/^whether /, '');
  return holds ? said : `it is not so that ${said}`;
}

function member([value, ...list]: readonly Expression[], holds: boolean): string {
  const items = list.map(inWords);
  if (items.length === 1) return `${subject(value)} ${holds ? 'is' : 'is not'} ${items[0]}`;
  return `${subject(value)} is ${holds ? 'one' : 'none'} of ${items.join(', ')}`;
}

const VERBS = {
  glob: ['matches', 'does not match'],
  matches: ['matches the pattern', 'does not match the pattern'],
  within: ['lies in', 'does not lie in'],
  startsWith: ['begins with', 'does not begin with'],
  endsWith: ['ends with', 'does not end with'],
  contains: ['contains', 'does not contain'],
} as const;

function call(expression: Extract<Expression, { op: 'call' }>, holds: boolean): string {
  const { name, args } = expression;
  const [first, ...rest] = args;
  if (!Object.hasOwn(VERBS, name)) return `${holds ? '' : 'not '}${formatExpression(expression)}`;
  const verb = VERBS[name as keyof typeof VERBS][holds ? 0 : 1];
  return `${subject(first)} ${verb} ${rest.map(inWords).join(holds ? ' or ' : ', ')}`;
}

const OPPOSITES: Readonly<Record<Comparison, Comparison>> = {
  '==': '!=',
  '!=': '==',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

const AMOUNTS: Readonly<Record<Comparison, string>> = {
  '==': 'exactly',
  '!=': 'anything but',
  '<': 'less than',
  '<=': 'at most',
  '>': 'more than',
  '>=': 'at least',
};

function comparison(op: Comparison, [left, right]: readonly Expression[]): string {
  const measured = left && amountOf(left);
  if (measured !== undefined && right?.op === 'constant') return `${AMOUNTS[op]} ${inWords(right)} ${measured}`;
  if (op === '==' && right?.op === 'constant' && typeof right.value === 'boolean' && left)
    return sentence(left, right.value);
  const verb = op === '==' ? 'is' : op === '!=' ? 'is not' : `is ${AMOUNTS[op]}`;
  return `${subject(left)} ${verb} ${inWords(right)}`;
}

/** What a number counts, its unit first: `US dollars spent by the session`. */
function amountOf(expression: Expression): string | undefined {
  if (expression.op === 'variable') {
    const { type, meaning } = VARIABLES[expression.name];
    return type === 'double' ? brief(meaning) : undefined;
  }
  if (expression.op !== 'call') return undefined;
  const [first] = expression.args;
  if (expression.name === 'size') return `characters in ${subject(first)}`;
  if (first?.op !== 'constant') return undefined;
  const period = lasting(Number(first.value));
  if (expression.name === 'calls_last') return `tool calls made in the last ${period}`;
  return expression.name === 'cost_last' ? `US dollars spent in the last ${period}` : undefined;
}

const UNITS = [
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** `hour`, `10 minutes`, `90 seconds`. */
function lasting(seconds: number): string {
  const [length, unit] = UNITS.find(([length]) => seconds % length === 0) ?? UNITS[2];
  return seconds === length ? unit : `${seconds / length} ${unit}s`;
}

function subject(expression: Expression | undefined): string {
  return expression?.op === 'variable'
    ? `the ${expression.name.replaceAll('_', ' ')}`
    : expression
      ? formatExpression(expression)
      : '';
}

function inWords(expression: Expression | undefined): string {
  return expression?.op === 'constant' ? quoted(expression.value) : subject(expression);
}

function quoted(value: Value): string {
  return typeof value === 'string' ? `"${value}"` : String(value);
}

/** A meaning without what explains it further, and without marks. */
function brief(meaning: string): string {
  return (/^[^,;(]*/.exec(meaning)?.[0] ?? meaning)
    .trim()
    .replace('the file of `file_path`', 'the file')
    .replaceAll('`', '');
}
