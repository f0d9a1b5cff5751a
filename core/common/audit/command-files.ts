import type { Word } from '../rules/matching/simple-command.ts';
import type { CommandRun, CommandRuns } from './command-runs.ts';
import { isSubstituted } from './substituted-word.ts';

/** A file that a command line names. */
export interface NamedFile {
  /**
   * - `read`, `write`: the shell opens it for that.
   * - `changed`: an argument of a program that changes files.
   * - `named`: an argument; what becomes of it only the program knows.
   */
  readonly kind: 'read' | 'write' | 'changed' | 'named';
  /** Relative to the directory that the line was begun in. */
  readonly path: string;
  /** False when the shell puts the path together, or it is not known where a relative one begins. */
  readonly isKnown: boolean;
}

/** Programs whose operands are files, even without a slash or a point in their names. */
const FILE_PROGRAMS = new Set(
  (
    'cat less more head tail nl tac bat cp mv rm ln touch mkdir rmdir tee chmod chown truncate shred dd install ' +
    'stat file wc sort base64 xxd od strings source . scp rsync tar zip unzip gpg openssl nano vi vim'
  ).split(' '),
);
const CHANGING_PROGRAMS = new Set(
  'rm mv cp ln touch mkdir rmdir tee chmod chown truncate shred dd install patch rsync'.split(' '),
);
/** Longer than a path can be. */
const MAX_PATH = 4096;

/** The files that a command line names, in no order; each once. */
export function commandFiles({ runs, redirections }: CommandRuns, line: string): readonly NamedFile[] {
  const found = new Map<string, NamedFile>();
  const directory = directoryOf(runs, line);
  const add = (kind: NamedFile['kind'], word: Word, text: string): void => {
    const path = text.replace(/^\$(?:HOME\b|\{HOME\})/, '~');
    if (path === '' || path.length > MAX_PATH || /[\n\0]/.test(path)) return;
    const isAbsolute = /^[/~]/.test(path);
    const isWritten = !isSubstituted({ raw: word.raw.replace(/\$(?:HOME\b|\{HOME\})/g, ''), value: '' });
    const isPlain = isWritten && !/[*?[{]/.test(path);
    const isKnown = isPlain && (isAbsolute || directory !== undefined);
    const based = isAbsolute || !directory ? path : `${directory}/${path}`;
    found.set(`${kind} ${isKnown} ${based}`, { kind, path: based, isKnown });
  };
  for (const { kind, target } of redirections) add(kind, target, target.value);
  for (const run of runs) {
    const isFileProgram = FILE_PROGRAMS.has(run.program);
    const kind = changesFiles(run) ? 'changed' : 'named';
    for (const word of run.words.slice(1)) {
      const path = pathIn(word.value);
      if (path !== undefined && (isFileProgram || /[./]/.test(path))) add(kind, word, path);
    }
  }
  return [...found.values()];
}

function changesFiles({ program, words }: CommandRun): boolean {
  if (program === 'sed' || program === 'perl')
    return words.some(({ value }) => /^-(?!-)[a-zA-Z]*i|^--in-place/.test(value));
  if (program === 'git') return /^(?:rm|mv|restore|checkout|clean)$/.test(words[1]?.value ?? '');
  return CHANGING_PROGRAMS.has(program);
}

/** The path in an argument: by itself, behind `--option=` and `name=`, or behind the `@` of `curl -d @file`. */
function pathIn(text: string): string | undefined {
  if (/\s|:\/\//.test(text)) return undefined;
  const [, value] = /^(?:--?)?[\w-]+=(.*)$/s.exec(text) ?? [];
  const path = (value ?? text).replace(/^@/, '');
  return value === undefined && text.startsWith('-') ? undefined : path;
}

/**
 * Where relative paths begin: empty for the directory the line was begun in, undefined when it cannot be told. A `cd`
 * holds for all of the line; with parentheses in it nobody counts where it ends.
 */
function directoryOf(runs: readonly CommandRun[], line: string): string | undefined {
  const changes = runs.filter(({ program }) => program === 'cd' || program === 'pushd');
  const [only] = changes;
  if (!only) return '';
  const target = only.words[1];
  if (changes.length > 1 || line.includes('(') || !target || only.words.length > 2) return undefined;
  if (isSubstituted(target) || target.value.startsWith('-') || !/^\s*cd\s/.test(line)) return undefined;
  return target.value.replace(/\/+$/, '') || '/';
}
