import type { ASTNode } from '@marcbachmann/cel-js';
import { didYouMean } from '../did-you-mean.ts';
import { checkCommandGlob } from '../matching/command-glob.ts';
import { checkPathGlob } from '../matching/path-glob.ts';
import type { Expression, Operator, Value } from './expression.ts';
import { FUNCTIONS, type FunctionName, isFunction } from './functions.ts';
import { VARIABLE_NAMES } from './variables.ts';
import { knownVariables, type WhenProblem } from './when-problem.ts';

const DAY_SECONDS = 86_400;

/** Why a regular expression cannot be used; undefined when it can. */
export type PatternProblem = (pattern: string) => string | undefined;

/**
 * Turns CEL's tree of a condition with the types right into ours, and checks what its type checker does not know: globs,
 * patterns, what we leave out.
 */
export function translateWhen(node: ASTNode, patternProblem: PatternProblem): Expression | WhenProblem {
  try {
    return new Translation(patternProblem).translate(node);
  } catch (error) {
    if (error instanceof Unusable) return error.problem;
    throw error;
  }
}

/** Carries a problem out of the depths of a translation. */
class Unusable extends Error {
  readonly problem: WhenProblem;
  constructor(problem: WhenProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const OPERATORS: Readonly<Partial<Record<ASTNode['op'], Operator>>> = {
  '&&': 'and',
  '||': 'or',
  '!_': 'not',
  '-_': 'negate',
  '?:': 'if',
  in: 'in',
  '==': '==',
  '!=': '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '+': '+',
  '-': '-',
  '*': '*',
  '/': '/',
  '%': '%',
};

class Translation {
  private readonly patternProblem: PatternProblem;

  constructor(patternProblem: PatternProblem) {
    this.patternProblem = patternProblem;
  }

  translate(node: ASTNode): Expression {
    switch (node.op) {
      case 'value':
        return { op: 'constant', value: this.constant(node, node.args) };
      case 'id': {
        const name = VARIABLE_NAMES.find((each) => each === node.args);
        if (!name) throw this.unusable(node, `unknown variable "${node.args}"`, knownVariables(node.args));
        return { op: 'variable', name };
      }
      case 'call':
        return this.call(node, node.args[0], node.args[1]);
      case 'rcall':
        return this.call(node, node.args[0], [node.args[1], ...node.args[2]]);
      default:
        return this.operation(node);
    }
  }

  private operation(node: ASTNode): Expression {
    const op = OPERATORS[node.op];
    if (!op)
      throw this.unusable(
        node,
        `${sourceOf(node)} is not supported in rules`,
        'use comparisons, &&, ||, !, in and functions',
      );
    if (node.op === 'in') return this.member(node.args[0], node.args[1]);
    const args = (node.op === '!_' || node.op === '-_' ? [node.args] : (node.args as readonly ASTNode[])).map((each) =>
      this.translate(each),
    );
    if (op === 'negate' && args[0]?.op === 'constant' && typeof args[0].value === 'number') {
      return { op: 'constant', value: -args[0].value };
    }
    if (isWhole(node) && (op === '/' || op === '%')) return { op: op === '/' ? 'quotient' : 'remainder', args };
    return { op, args };
  }

  private member(value: ASTNode, list: ASTNode): Expression {
    if (list.op !== 'list') throw this.unusable(list, '"in" wants a list', 'write tool in ["Bash", "Write"]');
    return { op: 'in', args: [this.translate(value), ...list.args.map((each) => this.translate(each))] };
  }

  private call(node: ASTNode, name: string, args: readonly ASTNode[]): Expression {
    if (!isFunction(name)) {
      const hint = `${didYouMean(name, Object.keys(FUNCTIONS))}Known: ${Object.keys(FUNCTIONS).join(', ')}`;
      throw this.unusable(node, `${name}() is not supported in rules`, hint);
    }
    const { literal } = FUNCTIONS[name] as { readonly literal: readonly number[] };
    const given = args.flatMap((arg, place): readonly Expression[] => {
      if (!literal.includes(place)) return [this.translate(arg)];
      const items = arg.op === 'list' ? arg.args : [arg];
      return items.map((item) => {
        if (item.op !== 'value')
          throw this.unusable(item, `${name}() wants this written out`, `for example ${FUNCTIONS[name].example}`);
        const value = this.constant(item, item.args);
        this.checkLiteral(item, name, args[0], value);
        return { op: 'constant', value };
      });
    });
    if (name === 'glob' && given.length < 2)
      throw this.unusable(node, 'an empty list of globs guards nothing', 'write at least one glob');
    return { op: 'call', name, args: given };
  }

  private checkLiteral(node: ASTNode, name: FunctionName, subject: ASTNode | undefined, value: Value): void {
    if (name === 'matches') {
      const problem = this.patternProblem(String(value));
      if (problem)
        throw this.unusable(
          node,
          `bad regular expression: ${problem}`,
          'RE2 syntax holds, without look-around and back-references',
        );
    }
    if (name === 'glob') {
      const variable = subject?.op === 'id' ? subject.args : '';
      const check = variable === 'file_path' || variable === 'path' ? checkPathGlob : checkCommandGlob;
      const problem = check(String(value));
      if (problem) throw this.unusable(node, problem.message, problem.hint);
    }
    if ((name === 'calls_last' || name === 'cost_last') && !(Number(value) >= 1 && Number(value) <= DAY_SECONDS)) {
      throw this.unusable(node, `${name}() wants 1 to ${DAY_SECONDS} seconds`, 'write calls_last(60) for a minute');
    }
  }

  private constant(node: ASTNode, value: unknown): Value {
    if (typeof value === 'bigint') return Number(value);
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
    throw this.unusable(node, `${sourceOf(node)} is not supported in rules`, 'use texts, numbers, true and false');
  }

  private unusable(node: ASTNode, message: string, hint: string): Unusable {
    const { start, end } = node.range;
    return new Unusable({ start, length: Math.max(1, end - start), message, hint });
  }
}

/** Whole numbers are those written without a point, sizes, and what is calculated from them alone. */
function isWhole(node: ASTNode): boolean {
  switch (node.op) {
    case 'value':
      return typeof node.args === 'bigint';
    case 'call':
    case 'rcall':
      return node.args[0] === 'size';
    case '-_':
      return isWhole(node.args);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return node.args.every(isWhole);
    default:
      return false;
  }
}

function sourceOf(node: ASTNode): string {
  return node.input.slice(node.range.start, node.range.end);
}
