import { closestWord, didYouMean } from '../did-you-mean.ts';
import type { Problem } from '../problem.ts';
import { isMoney } from '../rule.ts';
import { type Condition, GLOB_VARIABLES, type GlobVariable, LIMIT_VARIABLES, type LimitVariable } from './condition.ts';
import { shorten } from './rule-issue.ts';
import { readThreshold } from './threshold.ts';

/** What a `condition` says: a whole condition, or the bare variable of one whose limit or glob has a field of its own. */
export type ParsedCondition =
  | { readonly condition: Condition }
  | { readonly variable: LimitVariable | GlobVariable }
  | ConditionProblem;

/** `start` and `length` are within the text. */
export interface ConditionProblem extends Problem {
  readonly start: number;
  readonly length: number;
  /** What was probably meant by the word at `start`. */
  readonly replacement?: string | undefined;
}

/** Longer than the longest glob with its variable; what is longer is not looked at. */
const MAX_CHARACTERS = 1024;
const FORMS = 'write cost_usd > 5, file_path matches "**/.env*" or command matches "rm -rf *"';
const VARIABLES = [...Object.keys(LIMIT_VARIABLES), ...Object.keys(GLOB_VARIABLES)];

export function isLimitVariable(name: string): name is LimitVariable {
  return Object.hasOwn(LIMIT_VARIABLES, name);
}

export function isGlobVariable(name: string): name is GlobVariable {
  return Object.hasOwn(GLOB_VARIABLES, name);
}

/** Parses `VARIABLE`, `VARIABLE > NUMBER` and `VARIABLE matches "GLOB"`. What a glob may look like is not judged here. */
export function parseCondition(text: string): ParsedCondition {
  if (text.length > MAX_CHARACTERS)
    return { start: 0, length: 1, message: `a condition of more than ${MAX_CHARACTERS} characters`, hint: FORMS };
  const parts = /^(\s*)([^\s<>=!~"']*)(\s*)(>=|<=|=>|==|!=|=~|<>|[<>=~]|\p{L}+)?(\s*)(.*?)\s*$/su.exec(text);
  const [, lead = '', name = '', gap = '', operator = '', space = '', operand = ''] = parts ?? [];
  const problemAt = (start: number, length: number, message: string, hint: string): ConditionProblem => ({
    start,
    length: Math.max(1, length),
    message,
    hint,
  });
  if (name === '') return problemAt(0, text.length, 'the condition is empty or names no variable', FORMS);
  if (!isLimitVariable(name) && !isGlobVariable(name)) {
    const hint = `${didYouMean(name, VARIABLES)}Known: ${VARIABLES.join(', ')}`;
    const problem = problemAt(lead.length, name.length, `unknown variable "${shorten(name, 40)}"`, hint);
    return { ...problem, replacement: closestWord(name, VARIABLES) };
  }
  if (operator === '' && operand === '') return { variable: name };
  const operatorStart = lead.length + name.length + gap.length;
  const operandStart = operatorStart + operator.length + space.length;
  if (isLimitVariable(name)) {
    if (operator !== '>')
      return problemAt(
        operatorStart,
        operator.length || operand.length,
        notGreater(name),
        greaterHint(name, operator, operand),
      );
    const threshold = readThreshold(name, operand);
    if (typeof threshold !== 'number')
      return problemAt(operandStart, operand.length, threshold.message, manyHint(operand, threshold.hint));
    return { condition: { kind: 'limit', variable: name, threshold } };
  }
  if (operator !== 'matches')
    return problemAt(
      operatorStart,
      operator.length || operand.length,
      `${name} is a text and is compared by "matches" only`,
      `write ${name} matches "GLOB"`,
    );
  const glob = unquote(operand);
  if (typeof glob !== 'string') return problemAt(operandStart, operand.length, glob.message, glob.hint);
  return { condition: { kind: 'glob', variable: name, globs: [glob] } };
}

function notGreater(name: LimitVariable): string {
  return `${name} is a number and is compared by ">" only`;
}

function greaterHint(name: LimitVariable, operator: string, operand: string): string {
  const threshold = readThreshold(name, operand);
  const whole = typeof threshold === 'number' && Number.isInteger(threshold) && threshold > 0;
  if ((operator === '>=' || operator === '=>') && whole && !isMoney(name))
    return `a limit is broken by what is greater than it: write ${name} > ${threshold - 1}`;
  return `a limit is broken by what is greater than it: write ${name} > NUMBER`;
}

function manyHint(operand: string, hint: string): string {
  return /\b(?:and|or)\b|&&|\|\|/.test(operand) ? 'one rule has one condition: write two rules' : hint;
}

function unquote(operand: string): string | Problem {
  const quote = operand[0];
  if (operand === '') return { message: 'the glob is missing', hint: FORMS };
  if (quote !== '"' && quote !== "'")
    return { message: 'the glob stands without quotes', hint: `write "${operand}" in quotes` };
  const end = operand.indexOf(quote, 1);
  if (end < 0) return { message: 'the quote is not closed', hint: `close it with ${quote}` };
  if (end < operand.length - 1)
    return {
      message: 'there is more text after the glob',
      hint: manyHint(operand, 'one rule has one condition; a glob that holds a quote goes in the field "glob"'),
    };
  return operand.slice(1, -1);
}
