import { closestWord, didYouMean } from '../did-you-mean.ts';
import { type CheckContext, head } from './check-fields.ts';
import type { PositionedValue } from './positioned.ts';
import { shorten } from './rule-issue.ts';

/** One of a few words, of the field `name`; undefined when the field is missing or says something else. */
export function checkChoice<T extends string>(
  value: PositionedValue | undefined,
  name: string,
  choices: readonly T[],
  context: CheckContext,
): T | undefined {
  if (!value) return undefined;
  const known = choices.find((choice) => value.kind === 'scalar' && value.value === choice);
  if (known) return known;
  const written = value.kind === 'scalar' ? String(value.value) : '';
  context.mistakes.push({
    span: head(value),
    message: value.kind === 'scalar' ? `unknown ${name} "${shorten(written, 40)}"` : `unknown ${name}`,
    hint: `${didYouMean(written, choices)}${/^[aeiou]/.test(name) ? 'An' : 'A'} ${name} is ${oneOf(choices)}`,
    replacement: closestWord(written, choices),
  });
  return undefined;
}

/** `"a", "b" or "c"`. */
export function oneOf(words: readonly string[]): string {
  return words
    .map((word) => `"${word}"`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
}
