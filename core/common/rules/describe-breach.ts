import { type CompileContext, compileExpression } from './language/compile-expression.ts';
import { type Expression, variablesOf } from './language/expression.ts';
import type { Facts } from './language/facts.ts';
import { formatExpression } from './language/format-expression.ts';
import { limitOf } from './language/limit.ts';
import { VARIABLE_INDEX } from './language/variables.ts';
import { formatLimitValue } from './limit-value.ts';
import { shorten } from './reading/rule-issue.ts';
import type { Rule } from './rule.ts';
import type { Warning } from './warning.ts';

/** What a broken rule says of itself. */
export interface Description {
  /** The value measured; for a condition on a call the path, command line or address as the agent gave it. */
  readonly value: number | string;
  /** The limit; for globs the one that matched; else the condition. */
  readonly threshold: number | string;
  /** One printable sentence: what was measured and what the rule allows. */
  readonly message: string;
}

/** Of a rule that holds. */
export function describeBreach({ when }: Pick<Rule, 'when'>, facts: Facts, context: CompileContext): Description {
  return describeLimit(when, facts, context) ?? describeGlob(when, facts, context) ?? describeAny(when, facts);
}

/** Of a limit that is near. */
export function describeWarning(
  { of, rule, limit, threshold }: Warning,
  facts: Facts,
  context: CompileContext,
): Description {
  const value = compileExpression(limit.measure, context)(facts);
  if (typeof value !== 'number') return describeAny(rule.when, facts);
  const share = Math.floor((value / limit.threshold) * 100);
  const allowed = formatLimitValue(limit.name, limit.threshold);
  const message = `${limit.name} is ${formatLimitValue(limit.name, value)}, ${share}% of the ${allowed} at which the rule says ${of.action}`;
  return { value, threshold, message };
}

function describeLimit(when: Expression, facts: Facts, context: CompileContext): Description | undefined {
  const limit = limitOf(when);
  const value = limit && compileExpression(limit.measure, context)(facts);
  if (!limit || typeof value !== 'number') return undefined;
  const { name, threshold, inclusive } = limit;
  const allowed = `${inclusive ? 'less than ' : ''}${formatLimitValue(name, threshold)}`;
  return { value, threshold, message: `${name} is ${formatLimitValue(name, value)}, the rule allows ${allowed}` };
}

function describeGlob(when: Expression, facts: Facts, context: CompileContext): Description | undefined {
  if (when.op !== 'call' || when.name !== 'glob') return undefined;
  const [subject, ...globs] = when.args;
  if (subject?.op !== 'variable') return undefined;
  const value = facts.values[VARIABLE_INDEX[subject.name]];
  const matched = globs.find((glob) => compileExpression({ ...when, args: [subject, glob] }, context)(facts) === true);
  if (typeof value !== 'string' || matched?.op !== 'constant') return undefined;
  const threshold = String(matched.value);
  const writes = facts.values[VARIABLE_INDEX.writes];
  const isFile = subject.name === 'file_path' || subject.name === 'path';
  const what = isFile ? `the ${writes === true ? 'write' : 'read'} of` : `the ${subject.name}`;
  return { value, threshold, message: `${what} ${quote(value)} matches ${quote(threshold)}` };
}

/** As many as one can take in at a glance. */
const MOST_VALUES = 5;

function describeAny(when: Expression, facts: Facts): Description {
  const known = variablesOf(when).flatMap((name) => {
    const value = facts.values[VARIABLE_INDEX[name]];
    return value === undefined || name === 'workspace' ? [] : [{ name, value }];
  });
  const values = known.slice(0, MOST_VALUES).map(({ name, value }) => {
    if (typeof value === 'number') return `${name} is ${formatLimitValue(name, value)}`;
    return typeof value === 'string' ? `${name} is ${quote(value)}` : `${name} is ${value}`;
  });
  const threshold = shorten(formatExpression(when), 300);
  const telling = ['command', 'file_path', 'path', 'url', 'tool'] as const;
  const value = telling.flatMap((name) => known.find((each) => each.name === name)?.value ?? [])[0] ?? known[0]?.value;
  return {
    value: typeof value === 'number' ? value : String(value ?? ''),
    threshold,
    message:
      values.length > 0 ? `${values.join(', ')}: the rule forbids ${threshold}` : `the rule forbids ${threshold}`,
  };
}

function quote(text: string): string {
  return `"${shorten(text, 160)}"`;
}
