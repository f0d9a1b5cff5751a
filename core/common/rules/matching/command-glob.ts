import type { Problem } from '../problem.ts';
import { splitCommandLine } from './command-line.ts';
import { matchWildcard } from './match-sequence.ts';
import { MAX_GLOB_CHARACTERS } from './path-glob.ts';
import { baseName, executedByFind, prefixLength, scriptsOf } from './shell-programs.ts';
import type { SimpleCommand, Word } from './simple-command.ts';

/** Why a glob of `command` cannot be used; undefined when it can. */
export function checkCommandGlob(glob: string): Problem | undefined {
  if (glob.trim() === '') return { message: 'an empty glob', hint: 'write a pattern such as "rm -rf *"' };
  if (glob.length > MAX_GLOB_CHARACTERS)
    return { message: `a glob of more than ${MAX_GLOB_CHARACTERS} characters`, hint: 'write a list of shorter globs' };
  return undefined;
}

/** True when the glob matches one of the texts that `commandTexts` gives. White space of any length is one space. */
export function matchesCommand(glob: string, texts: readonly string[]): boolean {
  const pattern = oneSpaced(glob);
  return texts.some((text) => matchWildcard(pattern, text));
}

/** Linux hands no shell an argument of more than 128 KiB. A longer line than this is compared as a whole only. */
export const MAX_SPLIT_CHARACTERS = 1 << 18;
/** Commands within commands (`bash -c "find -exec bash -c ..."`). */
export const MAX_NESTING = 5;
/** What stands before a program (`A=1 sudo env nice ...`). */
export const MAX_PREFIXES = 16;

/**
 * The texts a `command` glob is compared with: the whole line, each command in it, each of those without what stands
 * before the program (assignments, `sudo`, `env` ...), also without quotes and without the program's directory, and the
 * commands inside `sh -c "..."`, `eval`, `find -exec` and here-documents that a shell reads.
 */
export function commandTexts(line: string): readonly string[] {
  const texts = new Set([oneSpaced(line)]);
  if (line.length <= MAX_SPLIT_CHARACTERS) addLine(line, texts, 0);
  return [...texts];
}

/** White space of any length as one space, none at the ends. */
export function oneSpaced(text: string): string {
  return text
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function addLine(line: string, texts: Set<string>, nesting: number): void {
  for (const command of splitCommandLine(line)) addCommand(command, texts, nesting);
}

function addCommand({ words, documents }: SimpleCommand, texts: Set<string>, nesting: number): void {
  const raw = joinedFrom(words.map((word) => word.raw));
  const value = joinedFrom(words.map((word) => word.value));
  for (let at = 0, step = 0; at < words.length && step < MAX_PREFIXES; step += 1) {
    const first = words[at]?.value ?? '';
    const program = baseName(first);
    texts.add(raw(at));
    texts.add(value(at));
    if (program !== first) texts.add(`${program} ${value(at + 1)}`.trim());
    if (nesting < MAX_NESTING) {
      for (const script of scriptsOf(program, words.slice(at + 1), documents)) addLine(script, texts, nesting + 1);
      if (program === 'find') addFound(words.slice(at + 1), texts, nesting + 1);
    }
    const prefix = prefixLength(words, at);
    if (prefix === 0) break;
    at += prefix;
  }
}

/** Gives the text of the words from an index on; each costs no more than the whole once. */
export function joinedFrom(words: readonly string[]): (index: number) => string {
  let joined = '';
  const starts: number[] = [];
  for (const word of words) {
    const text = oneSpaced(word);
    if (joined !== '' && text !== '') joined += ' ';
    starts.push(joined.length);
    joined += text;
  }
  return (index) => joined.slice(starts[index] ?? joined.length).trimStart();
}

function addFound(words: readonly Word[], texts: Set<string>, nesting: number): void {
  for (const command of executedByFind(words)) addCommand({ words: command, documents: [] }, texts, nesting);
}
