import type { Expression } from '../language/expression.ts';
import { checkCommandGlob } from '../matching/command-glob.ts';
import { checkPathGlob } from '../matching/path-glob.ts';
import { type CheckContext, head, wrongType } from './check-fields.ts';
import type { GlobVariable, LimitVariable } from './condition.ts';
import { isLimitVariable, parseCondition } from './condition-text.ts';
import { type PositionedMap, type PositionedScalar, type PositionedValue, spanWithin } from './positioned.ts';
import { shorten } from './rule-issue.ts';
import { readThreshold } from './threshold.ts';
import { translateCondition } from './translate-condition.ts';

export const RULE_EXAMPLE = '{ "when": "cost_usd > 5", "action": "kill" }';
export const MAX_NAME_CHARACTERS = 100;
/** Over the whole file: each glob is compiled before the first event. */
const MAX_GLOBS = 1000;

/** When a rule is broken, and how that was written: the name of a rule that has none. */
export interface CheckedCondition {
  readonly when: Expression;
  readonly text: string;
}

/** Of a rule that says it in `condition`. */
export function checkCondition(
  rule: PositionedMap,
  fields: ReadonlyMap<string, PositionedValue>,
  context: CheckContext,
): CheckedCondition | undefined {
  const value = fields.get('condition');
  if (!value) {
    context.mistakes.push({ span: head(rule), message: 'the rule has no "when"', hint: `write ${RULE_EXAMPLE}` });
    return undefined;
  }
  if (value.kind !== 'scalar' || typeof value.value !== 'string') {
    wrongType(context, value, '"condition"', 'a text such as "cost_usd > 5"');
    return undefined;
  }
  const text = value.value;
  const parsed = parseCondition(text);
  if ('message' in parsed) {
    const span = spanWithin(context.source, value, text, parsed.start, parsed.length);
    const { message, hint, replacement } = parsed;
    context.mistakes.push({ span, message, hint, replacement });
    return undefined;
  }
  const threshold = fields.get('threshold');
  const glob = fields.get('glob');
  if ('variable' in parsed)
    return isLimitVariable(parsed.variable)
      ? limitOf(rule, parsed.variable, threshold, glob, context)
      : globOf(rule, parsed.variable, threshold, glob, context);
  for (const given of [threshold, glob]) {
    if (given)
      context.mistakes.push({
        span: head(given),
        message: 'the condition says this already',
        hint: 'leave one of the two out',
      });
  }
  const { condition } = parsed;
  if (condition.kind === 'glob') checkGlobs(condition.variable, [[value, condition.globs[0] ?? '']], context);
  return { when: translateCondition(condition), text: shorten(text, MAX_NAME_CHARACTERS) };
}

function limitOf(
  rule: PositionedMap,
  variable: LimitVariable,
  threshold: PositionedValue | undefined,
  glob: PositionedValue | undefined,
  context: CheckContext,
): CheckedCondition | undefined {
  if (glob) {
    const message = `${variable} is a number and has no glob`;
    context.mistakes.push({ span: head(glob), message, hint: 'write a "threshold" instead' });
  }
  if (!threshold) {
    const message = `the rule on ${variable} has no "threshold"`;
    const hint = `write "threshold": NUMBER, or "condition": "${variable} > NUMBER"`;
    context.mistakes.push({ span: head(rule), message, hint });
    return undefined;
  }
  const written = threshold.kind === 'scalar' ? threshold.value : null;
  if (typeof written !== 'number' && typeof written !== 'string') {
    wrongType(context, threshold, '"threshold"', 'a number');
    return undefined;
  }
  const limit = readThreshold(variable, written);
  if (typeof limit !== 'number') {
    context.mistakes.push({ span: threshold, ...limit });
    return undefined;
  }
  const when = translateCondition({ kind: 'limit', variable, threshold: limit });
  return { when, text: `${variable} > ${limit}` };
}

function globOf(
  rule: PositionedMap,
  variable: GlobVariable,
  threshold: PositionedValue | undefined,
  glob: PositionedValue | undefined,
  context: CheckContext,
): CheckedCondition | undefined {
  if (threshold) {
    const message = `${variable} is a text and has no threshold`;
    context.mistakes.push({ span: head(threshold), message, hint: 'write a "glob" instead' });
  }
  if (!glob) {
    const message = `the rule on ${variable} has no "glob"`;
    const hint = `write "glob": "PATTERN", or "condition": "${variable} matches \\"PATTERN\\""`;
    context.mistakes.push({ span: head(rule), message, hint });
    return undefined;
  }
  const items = glob.kind === 'list' ? glob.items : [glob];
  if (items.length === 0)
    context.mistakes.push({
      span: glob,
      message: 'an empty list of globs guards nothing',
      hint: 'write at least one glob',
    });
  const globs: (readonly [PositionedScalar, string])[] = [];
  for (const item of items) {
    if (item.kind === 'scalar' && typeof item.value === 'string') globs.push([item, item.value]);
    else wrongType(context, item, 'a glob', 'a text such as "**/.env*"');
  }
  checkGlobs(variable, globs, context);
  const texts = globs.map(([, text]) => text);
  const quoted = texts.map((text) => `"${text}"`).join(', ');
  return {
    when: translateCondition({ kind: 'glob', variable, globs: texts }),
    text: shorten(`${variable} matches ${quoted}`, MAX_NAME_CHARACTERS),
  };
}

function checkGlobs(
  variable: GlobVariable,
  globs: readonly (readonly [PositionedScalar, string])[],
  context: CheckContext,
): void {
  for (const [scalar, glob] of globs) {
    context.globs += 1;
    if (context.globs === MAX_GLOBS + 1)
      context.mistakes.push({ span: scalar, message: `more than ${MAX_GLOBS} globs`, hint: 'use wider globs' });
    if (context.globs > MAX_GLOBS) return;
    const problem = variable === 'command' ? checkCommandGlob(glob) : checkPathGlob(glob);
    if (!problem) continue;
    const text = typeof scalar.value === 'string' ? scalar.value : '';
    const span = spanWithin(context.source, scalar, text, Math.max(0, text.indexOf(glob)), glob.length);
    context.mistakes.push({ span, ...problem });
  }
}
