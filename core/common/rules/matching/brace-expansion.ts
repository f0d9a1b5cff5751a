import type { Problem } from '../problem.ts';

/** Each pair of braces multiplies; more alternatives than this are no glob but an attack on memory. */
const MAX_ALTERNATIVES = 64;

/** `src/{a,b{c,d}}.ts` as the globs it stands for. Braces inside brackets stand for themselves. */
export function expandBraces(glob: string): readonly string[] | Problem {
  const cursor: Cursor = { glob, at: 0, problem: undefined };
  const alternatives = readSequence(cursor, false);
  return cursor.problem ?? alternatives;
}

/**
 * Index of the `]` that closes the bracket at `open`, or -1; directly after `[`, `[!` and `[^` it stands for itself, unless
 * there is no other: `[!]` is a `!`.
 */
export function closingBracket(glob: string, open: number): number {
  const negated = glob[open + 1] === '!' || glob[open + 1] === '^';
  const close = glob.indexOf(']', open + (negated ? 3 : 2));
  return close < 0 && negated && glob[open + 2] === ']' ? open + 2 : close;
}

interface Cursor {
  readonly glob: string;
  at: number;
  problem: Problem | undefined;
}

function readSequence(cursor: Cursor, nested: boolean): readonly string[] {
  const { glob } = cursor;
  let results: readonly string[] = [''];
  while (cursor.at < glob.length) {
    const character = glob[cursor.at] ?? '';
    if (nested && (character === ',' || character === '}')) break;
    if (character === '{') {
      results = product(cursor, results, readBraces(cursor));
      continue;
    }
    if (character === '}') return fail(cursor, 'a brace is closed that was not opened', 'write {a,b}');
    const close = character === '[' ? closingBracket(glob, cursor.at) : -1;
    const piece = close < 0 ? character : glob.slice(cursor.at, close + 1);
    results = results.map((result) => result + piece);
    cursor.at += piece.length;
  }
  return results;
}

function readBraces(cursor: Cursor): readonly string[] {
  const open = cursor.at;
  const alternatives: string[] = [];
  let members = 0;
  do {
    cursor.at += 1;
    alternatives.push(...readSequence(cursor, true));
    members += 1;
  } while (cursor.glob[cursor.at] === ',' && !cursor.problem);
  if (cursor.problem) return alternatives;
  if (cursor.glob[cursor.at] !== '}') return fail(cursor, 'a brace is not closed', 'close it with }');
  cursor.at += 1;
  if (members > 1) return alternatives;
  const range = cursor.glob.slice(open, cursor.at).includes('..');
  const hint = range
    ? 'write a range of single signs as [1-3]'
    : 'write {a,b}; a { that stands for itself is written [{]';
  return fail(cursor, 'braces with a single alternative', hint);
}

function product(cursor: Cursor, left: readonly string[], right: readonly string[]): readonly string[] {
  if (cursor.problem) return [];
  if (left.length * right.length > MAX_ALTERNATIVES)
    return fail(cursor, `a glob of more than ${MAX_ALTERNATIVES} alternatives`, 'write wider globs, or a list of them');
  return left.flatMap((start) => right.map((end) => start + end));
}

function fail(cursor: Cursor, message: string, hint: string): readonly string[] {
  cursor.problem ??= { message, hint };
  cursor.at = cursor.glob.length;
  return [];
}
