import picomatch from 'picomatch/posix.js';
import { closingBracket } from './brace-expansion.ts';
import { matchWildcard } from './match-sequence.ts';
import type { Problem } from './threshold.ts';

/** Decides about one name of a path: what stands between two slashes. */
export type NameMatcher = (name: string) => boolean;

/** The longest name that common file systems hold; a longer one names no file. */
const MAX_NAME_CHARACTERS = 255;
/** Each star is a loop inside the loop before it: three take 17 ms over the longest name, four take 1.1 s (measured). */
const MAX_STARS = 3;

/** Why one name of a glob cannot be used; undefined when it can. Braces have been expanded before. */
export function checkNameGlob(glob: string): Problem | undefined {
  const tokens = tokenize(glob);
  if (!tokens)
    return { message: 'a bracket is not closed', hint: 'close it with ]; a [ that stands for itself is written [[]' };
  if (tokens.some((token) => token.length > 1 && token.includes('[:')))
    return { message: 'a named class in a bracket', hint: 'write the signs themselves: [a-z], [0-9]' };
  if (tokens.filter((token) => token === '*').length > MAX_STARS)
    return { message: `more than ${MAX_STARS} stars in one name`, hint: 'write fewer stars between two slashes' };
  return compile(tokens, false) ? undefined : { message: 'a bracket that means nothing', hint: 'write [abc] or [a-z]' };
}

/** A matcher for a glob that `checkNameGlob` found good. `*` and `?` match a leading dot too. */
export function compileNameGlob(glob: string, nocase: boolean): NameMatcher {
  const tokens = tokenize(glob) ?? [];
  const pattern = compile(tokens, nocase);
  if (!pattern) return () => false;
  const shape = tokens.map((token) => (token.length > 1 ? '*' : token)).join('');
  return (name) => {
    if (name.length > MAX_NAME_CHARACTERS) return false;
    // A name that does not even have the glob's shape is turned down in linear time: the regular expression would take
    // long over a name made for that. Without case the shapes are not comparable.
    if (!nocase && !matchWildcard(shape, name)) return false;
    return pattern.test(name);
  };
}

/** `*` (runs of it are one), `?`, a whole `[...]`, or one character that stands for itself. */
function tokenize(glob: string): readonly string[] | undefined {
  const tokens: string[] = [];
  for (let at = 0; at < glob.length; ) {
    const character = glob[at] ?? '';
    const close = character === '[' ? closingBracket(glob, at) : at;
    if (close < 0) return undefined;
    if (character !== '*' || tokens.at(-1) !== '*') tokens.push(glob.slice(at, close + 1));
    at = close + 1;
  }
  return tokens;
}

function compile(tokens: readonly string[], nocase: boolean): RegExp | undefined {
  // Every sign that is none of ours is escaped: the library would read some of them as parts of a regular expression.
  const escaped = tokens.map((token) => (/^[!-)+->@\\\]^`{-~]$/.test(token) ? `\\${token}` : token)).join('');
  try {
    return picomatch.makeRe(escaped, {
      debug: true,
      dot: true,
      fastpaths: false,
      // `s`: a line break in a name is a character like any other.
      flags: nocase ? 'is' : 's',
      nobrace: true,
      noextglob: true,
      noglobstar: true,
      nonegate: true,
      // Without it `[!a]` would mean "! or a".
      posix: true,
      strictSlashes: true,
    });
  } catch {
    return undefined;
  }
}
