import { CallTexts } from '../../../../../core/common/rules/language/call-texts.ts';
import { compileExpression, type Evaluator } from '../../../../../core/common/rules/language/compile-expression.ts';
import { ruleEnvironment } from '../../../../../core/common/rules/language/environment.ts';
import type { Expression, Value } from '../../../../../core/common/rules/language/expression.ts';
import type { Facts } from '../../../../../core/common/rules/language/facts.ts';
import { linearPattern, patternProblem } from '../../../../../core/common/rules/language/linear-pattern.ts';
import { parseWhen } from '../../../../../core/common/rules/language/parse-when.ts';
import { VARIABLE_NAMES, type VariableName } from '../../../../../core/common/rules/language/variables.ts';
import type { WhenProblem } from '../../../../../core/common/rules/language/when-problem.ts';

const checks = { environment: ruleEnvironment(), patternProblem };

export type Given = Readonly<Partial<Record<VariableName, Value>>>;

export function parse(text: string): { readonly expression: Expression } | WhenProblem {
  return parseWhen(text, checks);
}

/** The condition made ready; fails the test when it has a mistake. */
export function compile(text: string): Evaluator {
  const parsed = parse(text);
  if ('message' in parsed) throw new Error(`${text}: ${parsed.message}`);
  const texts = new CallTexts({ nocase: false, home: '/home/me' });
  return compileExpression(parsed.expression, { texts, pattern: linearPattern });
}

export function facts(given: Given, windows: Partial<Pick<Facts, 'callsLast' | 'costLast'>> = {}): Facts {
  return {
    values: VARIABLE_NAMES.map((name) => given[name]),
    callsLast: () => 0,
    costLast: () => 0,
    ...windows,
  };
}

export function holds(text: string, given: Given = {}, windows: Parameters<typeof facts>[1] = {}): Value | undefined {
  return compile(text)(facts(given, windows));
}
