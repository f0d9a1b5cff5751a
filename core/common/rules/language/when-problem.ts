import type { TypeError as CelTypeError, ParseError } from '@marcbachmann/cel-js';
import { closestWord, didYouMean } from '../did-you-mean.ts';
import type { Problem } from '../problem.ts';
import { FUNCTIONS, isFunction } from './functions.ts';
import { VARIABLE_NAMES } from './variables.ts';

/** `start` and `length` are within the text, in UTF-16 units. */
export interface WhenProblem extends Problem {
  readonly start: number;
  readonly length: number;
  /** What was probably meant, to stand in the place of the marked text. */
  readonly replacement?: string | undefined;
}

/** What to write where nothing better can be said. */
export const CONDITION_HINT = 'write a condition such as tool == "Bash" && glob(command, "rm -rf *")';

/** What CEL's parser or type checker found wrong, in its own words where they are good enough, with what would be right. */
export function celProblem(text: string, error: unknown): WhenProblem {
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
  return problem(end ? 'the condition ends too early' : (summary ?? 'the condition cannot be read'), CONDITION_HINT);
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

/** A hint for a name that is none of a variable. */
export function knownVariables(name: string): string {
  return `${didYouMean(name, VARIABLE_NAMES)}Known: ${VARIABLE_NAMES.join(', ')}`;
}
