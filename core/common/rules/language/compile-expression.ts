import type { CallTexts } from './call-texts.ts';
import { compileCall } from './compile-call.ts';
import type { Arithmetic, Comparison, Expression, Value } from './expression.ts';
import type { Facts } from './facts.ts';
import { VARIABLE_INDEX } from './variables.ts';

/** Gives undefined when the value is not known, see `Facts`. Never throws. */
export type Evaluator = (facts: Facts) => Value | undefined;

export interface CompileContext {
  /** The texts of the call under judgement, made comparable once for all rules. */
  readonly texts: CallTexts;
  /** Makes a pattern ready that was found good when the rules were checked. In time linear in the text. */
  readonly pattern: (pattern: string) => (text: string) => boolean;
}

/** Makes a checked expression ready: nothing of it is interpreted at each event. */
export function compileExpression(expression: Expression, context: CompileContext): Evaluator {
  switch (expression.op) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'variable': {
      const index = VARIABLE_INDEX[expression.name];
      return (facts) => facts.values[index];
    }
    default: {
      const args = expression.args.map((arg) => compileExpression(arg, context));
      if (expression.op === 'call') return compileCall(expression.name, expression.args, args, context);
      return operator(expression.op, args, expression.args);
    }
  }
}

type Operation = Exclude<Expression['op'], 'constant' | 'variable' | 'call'>;

const UNKNOWN: Evaluator = () => undefined;

function operator(op: Operation, args: readonly Evaluator[], sources: readonly Expression[]): Evaluator {
  const [a = UNKNOWN, b = UNKNOWN, c = UNKNOWN] = args;
  switch (op) {
    case 'and':
      return (facts) => {
        const left = a(facts);
        if (left === false) return false;
        const right = b(facts);
        return right === false ? false : left === undefined ? undefined : right;
      };
    case 'or':
      return (facts) => {
        const left = a(facts);
        if (left === true) return true;
        const right = b(facts);
        return right === true ? true : left === undefined ? undefined : right;
      };
    case 'not':
      return (facts) => {
        const value = a(facts);
        return value === undefined ? undefined : !value;
      };
    case 'negate':
      return (facts) => {
        const value = a(facts);
        return typeof value === 'number' ? -value : undefined;
      };
    case 'if':
      return (facts) => {
        const condition = a(facts);
        return condition === undefined ? undefined : condition ? b(facts) : c(facts);
      };
    case 'in':
      return member(a, args.slice(1), sources.slice(1));
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(op, a, b, sources[1]);
    default:
      return arithmetic(op, a, b);
  }
}

function member(value: Evaluator, list: readonly Evaluator[], sources: readonly Expression[]): Evaluator {
  const constants = sources.flatMap((source) => (source.op === 'constant' ? [source.value] : []));
  if (constants.length === sources.length) {
    const set: ReadonlySet<Value> = new Set(constants);
    return (facts) => {
      const found = value(facts);
      return found === undefined ? undefined : set.has(found);
    };
  }
  return (facts) => {
    const found = value(facts);
    if (found === undefined) return undefined;
    let known = true;
    for (const each of list) {
      const other = each(facts);
      if (other === found) return true;
      known &&= other !== undefined;
    }
    return known ? false : undefined;
  };
}

/** A limit (`VARIABLE > NUMBER`) is what most rules are: its constant is not asked for at each event. */
function comparison(op: Comparison, a: Evaluator, b: Evaluator, right: Expression | undefined): Evaluator {
  const compare = COMPARE[op];
  if (right?.op === 'constant') {
    const { value } = right;
    if (op === '>' && typeof value === 'number') {
      return (facts) => {
        const left = a(facts);
        return left === undefined ? undefined : Number(left) > value;
      };
    }
    return (facts) => {
      const left = a(facts);
      return left === undefined ? undefined : compare(left, value);
    };
  }
  return (facts) => {
    const left = a(facts);
    if (left === undefined) return undefined;
    const other = b(facts);
    return other === undefined ? undefined : compare(left, other);
  };
}

const COMPARE: Readonly<Record<Comparison, (a: Value, b: Value) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** What is no number (a division by zero), and a text beyond all bounds, is not known. */
function arithmetic(op: Arithmetic, a: Evaluator, b: Evaluator): Evaluator {
  const calculate = CALCULATE[op];
  return (facts) => {
    const left = a(facts);
    if (left === undefined) return undefined;
    const right = b(facts);
    if (right === undefined) return undefined;
    if (op === '+' && typeof left === 'string') return joined(left, String(right));
    const result = calculate(Number(left), Number(right));
    return Number.isFinite(result) ? result : undefined;
  };
}

/** Longer than any call; without a bound a condition that joins what it joined could use up all memory, or throw. */
const MAX_JOINED_CHARACTERS = 1 << 20;

function joined(left: string, right: string): string | undefined {
  return left.length + right.length > MAX_JOINED_CHARACTERS ? undefined : left + right;
}

const CALCULATE: Readonly<Record<Arithmetic, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  quotient: (a, b) => Math.trunc(a / b),
  remainder: (a, b) => a % b,
};
