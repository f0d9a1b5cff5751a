import type { Problem } from '../problem.ts';
import { expandBraces } from './brace-expansion.ts';
import { type FilePath, type PathOptions, samePart, splitAbsolute } from './file-path.ts';
import { matchSequence } from './match-sequence.ts';
import { checkNameGlob, compileNameGlob, type NameMatcher } from './name-glob.ts';

/**
 * A compiled glob of `file_path`. `*` and `?` stay within one name and match dotfiles, `**` is any number of names,
 * `{a,b}` alternatives, `[a-z]` one sign.
 */
export interface PathGlob {
  /** As the rule says it. */
  readonly glob: string;
  readonly alternatives: readonly Alternative[];
}

interface Alternative {
  /**
   * - `name`: without a slash; compared with the last part of a path, wherever it is.
   * - `below`: compared with the path below the workspace, or from the root for a file outside of it.
   * - `above`: begins with `../`; compared with the path as seen from the workspace.
   * - `absolute`: compared with the path from the root.
   */
  readonly scope: 'name' | 'below' | 'above' | 'absolute';
  readonly parts: readonly Part[];
  /** Of `above`: how many `..` it begins with. They are not in `parts`. */
  readonly climb: number;
}

const ANY_PARTS = '**';
type Part = NameMatcher | typeof ANY_PARTS;

export const MAX_GLOB_CHARACTERS = 512;

/** Why a glob cannot be used; undefined when it can. What passes can match something: no rule guards nothing unnoticed. */
export function checkPathGlob(glob: string): Problem | undefined {
  if (glob.trim() === '') return { message: 'an empty glob', hint: 'write a pattern such as "**/.env*"' };
  if (glob.trim() !== glob) return { message: 'a glob with a space at an end', hint: 'leave the space out' };
  if (glob.length > MAX_GLOB_CHARACTERS)
    return { message: `a glob of more than ${MAX_GLOB_CHARACTERS} characters`, hint: 'write a list of shorter globs' };
  if (glob.includes('\\'))
    return { message: 'a backslash in a glob', hint: 'write / between names, and [*] for a * that stands for itself' };
  if (glob.startsWith('!'))
    return { message: 'a glob that excludes', hint: 'name what is guarded; a ! that stands for itself is written [!]' };
  const extended = /[?*+@!]\([^)]*\)/.exec(glob);
  if (extended) return { message: `an extended glob: ${extended[0]}`, hint: 'write alternatives as {a,b}' };
  const alternatives = expandBraces(glob);
  if ('message' in alternatives) return alternatives;
  for (const alternative of alternatives) {
    const { scope, names, climb } = split(alternative);
    if (names.includes('..')) return { message: '.. inside a glob', hint: 'write .. at the beginning of a glob only' };
    if (names.length === 0) return { message: 'a glob that names no file', hint: 'write a pattern such as "../**"' };
    if (climb > 0 && scope === 'absolute') return { message: '.. above the root', hint: 'leave .. out' };
    for (const name of names) {
      const problem = name === ANY_PARTS ? undefined : checkNameGlob(name);
      if (problem) return problem;
    }
  }
  return undefined;
}

/** Compiles a glob that `checkPathGlob` found good. */
export function compilePathGlob(glob: string, options: PathOptions): PathGlob {
  const expanded = expandBraces(glob.normalize('NFC'));
  const alternatives =
    'message' in expanded ? [] : expanded.map((alternative) => compileAlternative(alternative, options));
  return { glob, alternatives };
}

/** True when the glob matches the path. Takes at most names of the glob × names of the path comparisons. */
export function matchesPath({ alternatives }: PathGlob, path: FilePath): boolean {
  return alternatives.some(({ scope, parts, climb }) => {
    if (scope === 'name') return matchParts(parts, [path.name]);
    if (scope === 'absolute') return path.absolute !== undefined && matchParts(parts, path.absolute);
    if (scope === 'above') {
      const dots = path.above?.findIndex((part) => part !== '..') ?? -1;
      return dots === climb && matchParts(parts, path.above?.slice(dots) ?? []);
    }
    if (path.below) return matchParts(parts, path.below);
    // Without a workspace nobody can say where "below" begins: anywhere, then, rather than nowhere.
    const anchored: readonly Part[] = path.inWorkspace === undefined ? [ANY_PARTS, ...parts] : parts;
    return matchParts(anchored, path.absolute ?? path.above ?? []);
  });
}

function matchParts(pattern: readonly Part[], parts: readonly string[]): boolean {
  return matchSequence(
    pattern,
    parts,
    (element) => element === ANY_PARTS,
    (element, part) => element !== ANY_PARTS && element(part),
  );
}

interface SplitGlob {
  readonly scope: Alternative['scope'];
  /** Without `.`, leading `..`, the root and empty names. */
  readonly names: readonly string[];
  readonly climb: number;
}

function split(glob: string): SplitGlob {
  const all = glob.split('/');
  const isAbsolute = all.length > 1 && (all[0] === '' || all[0] === '~' || /^[A-Za-z]:$/.test(all[0] ?? ''));
  const kept = all.filter((name) => name !== '' && name !== '.');
  const names = isAbsolute && all[0] !== '' ? kept.slice(1) : kept;
  const found = names.findIndex((name) => name !== '..');
  const climb = found < 0 ? names.length : found;
  const rest = names.slice(climb);
  const scopeOf = (): SplitGlob['scope'] => {
    if (isAbsolute) return 'absolute';
    if (climb > 0) return 'above';
    return all.length === 1 && rest[0] !== ANY_PARTS ? 'name' : 'below';
  };
  // As in a .gitignore, a slash at the end means all that is below, and `secrets/` is a directory at any depth.
  const directory = rest.length > 0 && all.length > 1 && all.at(-1) === '';
  const anyDepth = directory && all.length === 2 && !isAbsolute;
  return {
    scope: scopeOf(),
    names: [...(anyDepth ? [ANY_PARTS] : []), ...rest, ...(directory ? [ANY_PARTS] : [])],
    climb,
  };
}

function compileAlternative(glob: string, options: PathOptions): Alternative {
  const { scope, names, climb } = split(glob);
  const { nocase, home } = options;
  const parts = names.map((name): Part => (name === ANY_PARTS ? ANY_PARTS : compileNameGlob(name, nocase)));
  if (scope !== 'absolute') return { scope, parts, climb };
  const [first = ''] = glob.split('/');
  // An unknown home directory may be any: better to guard too much than nothing.
  const root = first === '~' ? splitAbsolute('~', home) : splitAbsolute(`${first}/`, home);
  const literal = root?.map(
    (part): Part =>
      (name) =>
        samePart(name, part, nocase),
  ) ?? [ANY_PARTS];
  return { scope, parts: [...literal, ...parts], climb };
}
