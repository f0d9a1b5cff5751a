import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { type Expression, variablesOf } from './expression.ts';
import { type PatternProblem, translateWhen } from './translate-when.ts';
import { CONDITION_HINT, celProblem, type WhenProblem } from './when-problem.ts';

export interface WhenChecks {
  readonly environment: Environment;
  readonly patternProblem: PatternProblem;
}

const MAX_CHARACTERS = 4096;

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
  if (text.trim() === '') return { start: 0, length: 1, message: 'the condition is empty', hint: CONDITION_HINT };
  const result = translated(text, checks);
  if (!('expression' in result)) return result;
  if (variablesOf(result.expression).length === 0 && !mentionsWindow(result.expression)) {
    return {
      start: 0,
      length: text.length,
      message: 'the condition asks for nothing that changes',
      hint: CONDITION_HINT,
    };
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

function translated(
  text: string,
  { environment, patternProblem }: WhenChecks,
): { readonly expression: Expression } | WhenProblem {
  try {
    const checked = environment.check(text);
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
    const result = translateWhen(environment.parse(text).ast, patternProblem);
    return 'op' in result ? { expression: result } : result;
  } catch (error) {
    return celProblem(text, error);
  }
}

function mentionsWindow(expression: Expression): boolean {
  if (expression.op === 'call') return /_last$/.test(expression.name) || expression.args.some(mentionsWindow);
  return expression.op !== 'constant' && expression.op !== 'variable' && expression.args.some(mentionsWindow);
}

function plainType(type: string | undefined): string {
  return type === 'double' || type === 'int' ? 'number' : type === 'string' ? 'text' : (type ?? 'value');
}
