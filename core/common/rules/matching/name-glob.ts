import type { Problem } from '../problem.ts';
import { closingBracket } from './brace-expansion.ts';
import { samePart } from './file-path.ts';
import { matchSequence } from './match-sequence.ts';

/** Decides about one name of a path: what stands between two slashes. In at most name × glob steps. */
export type NameMatcher = (name: string) => boolean;

/** The longest name that common file systems hold; a longer one names no file. */
const MAX_NAME_CHARACTERS = 255;

/** Why one name of a glob cannot be used; undefined when it can. Braces have been expanded before. */
export function checkNameGlob(glob: string): Problem | undefined {
  const tokens = tokenize(glob);
  if (!tokens)
    return { message: 'a bracket is not closed', hint: 'close it with ]; a [ that stands for itself is written [[]' };
  if (tokens.some((token) => isBracket(token) && token.includes('[:')))
    return { message: 'a named class in a bracket', hint: 'write the signs themselves: [a-z], [0-9]' };
  if (tokens.some((token) => isBracket(token) && !readBracket(token)))
    return { message: 'a bracket that means nothing', hint: 'write [abc] or [a-z]' };
  return undefined;
}

/** A matcher for a glob that `checkNameGlob` found good. `*` and `?` match a leading dot too. */
export function compileNameGlob(glob: string, nocase: boolean): NameMatcher {
  const tokens = tokenize(glob) ?? [];
  if (!tokens.some((token) => token === '*' || token === '?' || isBracket(token)))
    return (name) => samePart(name, glob, nocase);
  const elements = tokens.map((token) => elementOf(token, nocase));
  // A name may be written in brackets, as some frameworks have it: `[id]` is that name, too.
  const plain = tokens.some(isPlainBracket)
    ? tokens.flatMap((token) => (isPlainBracket(token) ? [...token].map(literal(nocase)) : [elementOf(token, nocase)]))
    : undefined;
  return (name) => {
    if (name.length > MAX_NAME_CHARACTERS) return false;
    // A character is one also where it takes two units.
    const characters = /[\ud800-\udbff]/.test(name) ? [...name] : name;
    return matchElements(elements, characters) || (plain !== undefined && matchElements(plain, characters));
  };
}

/** Any run of characters, one of some, or itself. */
type Element = 'run' | ((character: string) => boolean);

function matchElements(elements: readonly Element[], characters: ArrayLike<string>): boolean {
  return matchSequence(elements, characters, isRun, (element, character) => element !== 'run' && element(character));
}

function isRun(element: Element): boolean {
  return element === 'run';
}

/** `*` (runs of it are one), `?`, a whole `[...]`, or one character that stands for itself. */
function tokenize(glob: string): readonly string[] | undefined {
  const tokens: string[] = [];
  for (let at = 0; at < glob.length; ) {
    const character = String.fromCodePoint(glob.codePointAt(at) ?? 0);
    const close = character === '[' ? closingBracket(glob, at) : at + character.length - 1;
    if (close < 0) return undefined;
    if (character !== '*' || tokens.at(-1) !== '*') tokens.push(glob.slice(at, close + 1));
    at = close + 1;
  }
  return tokens;
}

function isBracket(token: string): boolean {
  return token.startsWith('[');
}

/** One that lists a few characters, without ranges and exclusion. */
function isPlainBracket(token: string): boolean {
  return isBracket(token) && !/^\[[!^]|-/.test(token);
}

function elementOf(token: string, nocase: boolean): Element {
  if (token === '*') return 'run';
  if (token === '?') return () => true;
  const bracket = isBracket(token) ? readBracket(token) : undefined;
  if (!bracket) return literal(nocase)(token);
  const { isNegated, ranges } = bracket;
  const holds = (character: string): boolean =>
    ranges.some(([from, to]) => from <= at(character) && at(character) <= to);
  const isListed = nocase
    ? (character: string) => holds(character) || holds(character.toLowerCase()) || holds(character.toUpperCase())
    : holds;
  return (character) => isListed(character) !== isNegated;
}

function literal(nocase: boolean): (token: string) => Element {
  return (token) => (character) => samePart(character, token, nocase);
}

interface Bracket {
  readonly isNegated: boolean;
  /** First and last code point of each. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** Undefined when a range runs backwards. */
function readBracket(token: string): Bracket | undefined {
  const isNegated = token.length > 3 && (token[1] === '!' || token[1] === '^');
  const characters = [...token.slice(isNegated ? 2 : 1, -1)];
  const ranges: [number, number][] = [];
  for (let index = 0; index < characters.length; index += 1) {
    const first = characters[index] ?? '';
    const last = characters[index + 1] === '-' ? characters[index + 2] : undefined;
    if (last === undefined) ranges.push([at(first), at(first)]);
    else {
      if (at(last) < at(first)) return undefined;
      ranges.push([at(first), at(last)]);
      index += 2;
    }
  }
  return { isNegated, ranges };
}

function at(character: string): number {
  return character.codePointAt(0) ?? 0;
}
