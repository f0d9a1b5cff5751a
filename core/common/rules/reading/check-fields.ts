import { closestWord, didYouMean } from '../did-you-mean.ts';
import type { Mistake, PositionedMap, PositionedValue, Span } from './positioned.ts';
import { shorten } from './rule-issue.ts';

/** What every check has at hand; each adds to `mistakes` and goes on, so that all of them are reported at once. */
export interface CheckContext {
  readonly source: string;
  readonly mistakes: Mistake[];
  /** Globs seen so far in the file. */
  globs: number;
}

/**
 * The known fields of an object by name. A field that is unknown or stands twice is a mistake: a misspelt `threshold`
 * must not silently leave a rule without one. `misplaced` names fields that belong elsewhere.
 */
export function checkFields(
  map: PositionedMap,
  known: readonly string[],
  context: CheckContext,
  misplaced: Readonly<Record<string, Omit<Mistake, 'span'>>> = {},
): ReadonlyMap<string, PositionedValue> {
  const fields = new Map<string, PositionedValue>();
  for (const { key, value } of map.entries) {
    const elsewhere = Object.hasOwn(misplaced, key.name) ? misplaced[key.name] : undefined;
    if (elsewhere) context.mistakes.push({ span: key, ...elsewhere });
    else if (!known.includes(key.name)) {
      const hint = `${didYouMean(key.name, known)}Known here: ${known.join(', ')}`;
      const message = `unknown field "${shorten(key.name, 40)}"`;
      context.mistakes.push({ span: key, message, hint, replacement: closestWord(key.name, known) });
    } else if (fields.has(key.name))
      context.mistakes.push({
        span: key,
        message: `the field "${key.name}" stands twice`,
        hint: 'leave one of the two out',
      });
    else fields.set(key.name, value);
  }
  return fields;
}

export function wrongType(context: CheckContext, value: PositionedValue, what: string, right: string): void {
  context.mistakes.push({ span: head(value), message: `${what} is ${nameOf(value)}`, hint: `write ${right}` });
}

/** Where a mistake about a whole object or list points: at its first sign. */
export function head(value: PositionedValue): Span {
  return value.kind === 'scalar' ? value : { offset: value.offset, length: 1 };
}

function nameOf(value: PositionedValue): string {
  if (value.kind === 'list') return 'a list';
  if (value.kind === 'map') return 'an object';
  if (value.value === null) return 'empty (null)';
  return typeof value.value === 'string' ? 'a text' : `a ${typeof value.value}`;
}
