import { ruleEnvironment } from '../language/environment.ts';
import { patternProblem } from '../language/linear-pattern.ts';
import { allProblems, parseWhen } from '../language/parse-when.ts';
import { type CheckedCondition, MAX_NAME_CHARACTERS } from './check-condition.ts';
import { type CheckContext, head, wrongType } from './check-fields.ts';
import { type PositionedValue, spanWithin } from './positioned.ts';
import { OLDER_FIELDS } from './rule-fields.ts';
import { shorten } from './rule-issue.ts';

/** The expression of a rule's `when`, and its text: the name of a rule that has none. Mistakes go to the context. */
export function checkWhen(
  value: PositionedValue,
  fields: ReadonlyMap<string, PositionedValue>,
  context: CheckContext,
): CheckedCondition | undefined {
  for (const name of OLDER_FIELDS) {
    const older = fields.get(name);
    if (!older) continue;
    const message = `the rule has "when" and "${name}"`;
    context.mistakes.push({ span: head(older), message, hint: 'say all in "when", and leave the other out' });
  }
  if (value.kind !== 'scalar' || typeof value.value !== 'string') {
    wrongType(context, value, '"when"', 'a text such as "cost_usd > 5 && !is_subagent"');
    return undefined;
  }
  const text = value.value;
  const checks = { environment: ruleEnvironment(), patternProblem };
  const parsed = parseWhen(text, checks);
  if ('expression' in parsed)
    return { when: parsed.expression, text: shorten(text.trim().replace(/\s+/g, ' '), MAX_NAME_CHARACTERS) };
  for (const { start, length, message, hint, replacement } of allProblems(text, checks, parsed)) {
    const span = spanWithin(context.source, value, text, start, length);
    context.mistakes.push({ span, message, hint, replacement });
  }
  return undefined;
}
