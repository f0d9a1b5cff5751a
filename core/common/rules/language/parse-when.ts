import type { ASTNode, TypeError as CelTypeError, Environment, ParseError } from '@marcbachmann/cel-js';
import { checkCommandGlob } from '../command-glob.ts';
import { closestWord, didYouMean } from '../did-you-mean.ts';
import { checkPathGlob } from '../path-glob.ts';
import type { Problem } from '../threshold.ts';
import { type Expression, type Operator, type Value, variablesOf } from './expression.ts';
import { FUNCTIONS, type FunctionName, isFunction } from './functions.ts';
import { VARIABLE_NAMES } from './variables.ts';

/** `start` and `length` are within the text, in UTF-16 units. */
export interface WhenProblem extends Problem {
  readonly start: number;
  readonly length: number;
  /** What was probably meant, to stand in the place of the marked text. */
  readonly replacement?: string | undefined;
}

export interface WhenChecks {
  readonly environment: Environment;
  /** Why a regular expression cannot be used; undefined when it can. */
  readonly patternProblem: (pattern: string) => string | undefined;
}

const MAX_CHARACTERS = 4096;
const DAY_SECONDS = 86_400;
const EXAMPLE = 'write a condition such as tool == "Bash" && glob(command, "rm -rf *")';

/** Parses and checks a condition; its result is plain data with the types right. Never throws. */
export function parseWhen(text: string, checks: WhenChecks): { readonly expression: Expression } | WhenProblem {
  if (text.length > MAX_CHARACTERS) {
    return {
      start: 0,
      length: 1,
      message: `a condition of more than ${MAX_CHARACTERS} characters`,
      hint: 'write several rules',
    };
  }
  if (text.trim() === '') return { start: 0, length: 1, message: 'the condition is empty', hint: EXAMPLE };
  const result = translated(text, checks);
  if (!('expression' in result)) return result;
  if (variablesOf(result.expression).length === 0 && !mentionsWindow(result.expression)) {
    return { start: 0, length: text.length, message: 'the condition asks for nothing that changes', hint: EXAMPLE };
  }
  return result;
}

/** Every mistake of a condition that has one: each part that `&&` and `||` join is looked at by itself. */
export function allProblems(text: string, checks: WhenChecks, first: WhenProblem): readonly WhenProblem[] {
  const found = partsOf(text, checks).flatMap(({ start, end }) => {
    const result = translated(text.slice(start, end), checks);
    return 'expression' in result ? [] : [{ ...result, start: start + result.start }];
  });
  return found.length < 2 ? [first] : found;
}

/** Places of what `&&` and `||` join; none where the condition cannot be read at all. */
function partsOf(
  text: string,
  { environment }: WhenChecks,
): readonly { readonly start: number; readonly end: number }[] {
  const places = (node: ASTNode): readonly { readonly start: number; readonly end: number }[] =>
    node.op === '&&' || node.op === '||' ? node.args.flatMap(places) : [node.range];
  try {
    return places(environment.parse(text).ast);
  } catch {
    return [];
  }
}

function translated(text: string, checks: WhenChecks): { readonly expression: Expression } | WhenProblem {
  try {
    const checked = checks.environment.check(text);
    if (!checked.valid) return celProblem(text, checked.error);
    if (checked.type !== 'bool') {
      const hint = 'compare it with something, for example cost_usd > 5';
      return {
        start: 0,
        length: text.length,
        message: `the condition is a ${plainType(checked.type)}, not a yes or no`,
        hint,
      };
    }
    return { expression: new Translation(checks).translate(checks.environment.parse(text).ast) };
  } catch (error) {
    if (error instanceof Unusable) return error.problem;
    return celProblem(text, error);
  }
}

function mentionsWindow(expression: Expression): boolean {
  if (expression.op === 'call') return /_last$/.test(expression.name) || expression.args.some(mentionsWindow);
  return expression.op !== 'constant' && expression.op !== 'variable' && expression.args.some(mentionsWindow);
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

/** Turns CEL's tree into ours, and checks what its type checker does not know: globs, patterns, what we leave out. */
class Translation {
  private readonly checks: WhenChecks;

  constructor(checks: WhenChecks) {
    this.checks = checks;
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
      const problem = this.checks.patternProblem(String(value));
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

/** The checker's own words, where they are good enough, with what would be right. */
function celProblem(text: string, error: unknown): WhenProblem {
  const { summary, code, range } = (error ?? {}) as Partial<ParseError | CelTypeError>;
  const start = Math.min(range?.start ?? 0, text.length);
  const length = Math.max(1, Math.min(range?.end ?? text.length, text.length) - start);
  const part = text.slice(start, start + length);
  const problem = (message: string, hint: string, replacement?: string): WhenProblem => ({
    start,
    length,
    message,
    hint,
    replacement,
  });
  const unknown = /^Unknown variable: (\S+)/.exec(summary ?? '')?.[1];
  if (unknown)
    return problem(`unknown variable "${unknown}"`, knownVariables(unknown), closestWord(unknown, VARIABLE_NAMES));
  const word = code === 'unexpected_character' ? wordOperatorAt(text, start) : undefined;
  if (word) {
    const hint = 'write && for and, || for or, ! for not';
    return { ...word, message: 'a word where an operator should be', hint };
  }
  if (part.startsWith('=')) return problem('a single =', 'write == to compare', '==');
  if (part === '&' || part === '|') return problem(`a single ${part}`, `write ${part}${part}`, part + part);
  const overload = /^no such overload: (.*)$/.exec(summary ?? '')?.[1];
  if (overload)
    return problem(
      `these do not go together: ${overload.replaceAll('double', 'number').replaceAll('int', 'number')}`,
      'compare numbers with numbers and texts with texts in quotes',
    );
  const call = /^found no matching overload for '(?:[\w<>]+\.)?(\w+)\(/.exec(summary ?? '')?.[1];
  if (call) {
    const known = isFunction(call)
      ? `write ${FUNCTIONS[call].example}`
      : `${didYouMean(call, Object.keys(FUNCTIONS))}Known: ${Object.keys(FUNCTIONS).join(', ')}`;
    if (isFunction(call)) return problem(`${call}() is called with the wrong arguments`, known);
    // The name alone is wrong, wherever in the call it stands.
    const at = text.slice(start).search(new RegExp(`\\b${call}\\s*\\(`));
    const name = at < 0 ? {} : { start: start + at, length: call.length };
    const replacement = at < 0 ? undefined : closestWord(call, Object.keys(FUNCTIONS));
    return { ...problem(`unknown function "${call}"`, known, replacement), ...name };
  }
  const end = /Unexpected token: EOF/.test(summary ?? '');
  return problem(end ? 'the condition ends too early' : (summary ?? 'the condition cannot be read'), EXAMPLE);
}

const WORD_OPERATORS: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' };

/** `and`, `or` or `not` at this place of a condition or right before it, where the parser stumbles over it. */
function wordOperatorAt(text: string, at: number): Pick<WhenProblem, 'start' | 'length' | 'replacement'> | undefined {
  for (const { 0: word, index: start } of text.matchAll(/\b(?:and|or|not)\b/g)) {
    const isThere = start <= at && text.slice(start + word.length, at).trim() === '';
    if (isThere) return { start, length: word.length, replacement: WORD_OPERATORS[word] };
  }
  return undefined;
}

function knownVariables(name: string): string {
  return `${didYouMean(name, VARIABLE_NAMES)}Known: ${VARIABLE_NAMES.join(', ')}`;
}

function plainType(type: string | undefined): string {
  return type === 'double' || type === 'int' ? 'number' : type === 'string' ? 'text' : (type ?? 'value');
}
