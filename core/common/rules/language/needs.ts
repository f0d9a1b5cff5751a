import type { Expression } from './expression.ts';
import type { VariableName } from './variables.ts';

/** Variables without which an expression cannot come out as it is asked: what is not known makes it unknown. */
export type Needs = ReadonlySet<VariableName>;

/** What must be known for a condition to hold. Not all that it asks for: `a || b` may hold without either. */
export function needsToHold(condition: Expression): Needs {
  return needs(condition, true);
}

/** For the value `outcome`; for any value at all when that is undefined. */
function needs(expression: Expression, outcome: boolean | undefined): Needs {
  switch (expression.op) {
    case 'constant':
      return new Set();
    case 'variable':
      return new Set([expression.name]);
    case 'not':
      return union(expression.args.map((arg) => needs(arg, outcome === undefined ? undefined : !outcome)));
    case 'and':
    case 'or': {
      // One of them alone decides the outcome that ends the other's say.
      const decisive = expression.op === 'or';
      if (outcome === undefined) return common([needs(expression, true), needs(expression, false)]);
      const each = expression.args.map((arg) => needs(arg, outcome));
      return outcome === decisive ? common(each) : union(each);
    }
    case 'if': {
      const [condition, ...branches] = expression.args;
      const either = common(branches.map((branch) => needs(branch, outcome)));
      return condition ? union([needs(condition, undefined), either]) : either;
    }
    case 'in':
      return union(expression.args.slice(0, 1).map((arg) => needs(arg, undefined)));
    default:
      return union(expression.args.map((arg) => needs(arg, undefined)));
  }
}

function union(all: readonly Needs[]): Needs {
  return new Set(all.flatMap((each) => [...each]));
}

function common([first = new Set(), ...others]: readonly Needs[]): Needs {
  return new Set([...first].filter((name) => others.every((other) => other.has(name))));
}
