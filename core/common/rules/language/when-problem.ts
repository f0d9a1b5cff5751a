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
  const call = /^found no matching overload for '(?:[\w<>]+\.)?(\w+)\(/.exec(summary ?? '')?.[1];
  const isWord = code === 'unexpected_character' || (call !== undefined && call.toLowerCase() in WORD_OPERATORS);
  const word = isWord ? wordOperatorAt(text, start) : undefined;
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
  return problem(
    misplaced(summary ?? '', text.slice(start)) ?? summary ?? 'the condition cannot be read',
    CONDITION_HINT,
  );
}

/** CEL's names of what is no sign itself, or not named as it is written. */
const TOKENS: Readonly<Record<string, string>> = {
  ...{ EOF: 'the end', NUMBER: 'a number', STRING: 'a text', BOOLEAN: 'true or false', NULL: 'null', BYTES: 'bytes' },
  ...{ IDENTIFIER: 'a name', IN: 'in', PLUS: '+', MINUS: '-', MULTIPLY: '*', DIVIDE: '/', MODULO: '%' },
  ...{ EQ: '==', NE: '!=', LT: '<', LE: '<=', GT: '>', GE: '>=', AND: '&&', OR: '||', NOT: '!', QUESTION: '?' },
  ...{ LPAREN: '(', RPAREN: ')', LBRACKET: '[', RBRACKET: ']', LBRACE: '{', RBRACE: '}' },
  ...{ DOT: '.', COMMA: ',', COLON: ':' },
};

/** What stands where something else should, as people write it; undefined for other mistakes. `rest`: the text from there. */
function misplaced(summary: string, rest: string): string | undefined {
  const [, expected = '', got = ''] = /^Expected (\w+), got (\w+)/.exec(summary) ?? [];
  if (expected) return `${TOKENS[expected] ?? expected} should stand here, not ${TOKENS[got] ?? got}`;
  const token = /^Unexpected token: (\w+)/.exec(summary)?.[1];
  if (token === 'EOF') return 'the condition ends too early';
  if (token) return `${TOKENS[token] ?? token} cannot stand here`;
  // The parser names the last character of a word.
  const [word] = /^Unexpected character: /.test(summary) ? (/^(?:\w+|.)/u.exec(rest) ?? []) : [];
  return word && `${word} cannot stand here`;
}

const WORD_OPERATORS: Readonly<Record<string, string>> = { and: '&&', or: '||', not: '!' };

/** `and`, `or` or `not`, in small or large letters, at this place of a condition or right before it, where the parser stumbles over it. */
function wordOperatorAt(text: string, at: number): Pick<WhenProblem, 'start' | 'length' | 'replacement'> | undefined {
  for (const { 0: word, index: start } of text.matchAll(/\b(?:and|or|not)\b/gi)) {
    const isThere = start <= at && text.slice(start + word.length, at).trim() === '';
    if (isThere) return { start, length: word.length, replacement: WORD_OPERATORS[word.toLowerCase()] };
  }
  return undefined;
}

/** A hint for a name that is none of a variable. */
export function knownVariables(name: string): string {
  // None of ours begins with a large letter, as names of tools do.
  const isText = /^[A-Z]/.test(name) && closestWord(name, VARIABLE_NAMES) === undefined;
  const meant = isText ? `a text stands in quotes: "${name}". ` : didYouMean(name, VARIABLE_NAMES);
  return `${meant}Known: ${VARIABLE_NAMES.join(', ')}`;
}
