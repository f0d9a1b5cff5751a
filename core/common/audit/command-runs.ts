import { isClipped } from '../redact/clip-text.ts';
import { joinedFrom, MAX_NESTING, MAX_PREFIXES, MAX_SPLIT_CHARACTERS } from '../rules/matching/command-glob.ts';
import { readCommandLine } from '../rules/matching/command-line.ts';
import { baseName, executedByFind, prefixLength, SHELLS, scriptsOf } from '../rules/matching/shell-programs.ts';
import type { SimpleCommand, Word } from '../rules/matching/simple-command.ts';
import { cutRedirections, type Redirection } from './redirections.ts';
import { isSubstituted } from './substituted-word.ts';

/** A program that a command line runs. */
export interface CommandRun {
  /** Its name, without the directory it lies in. */
  readonly program: string;
  /** The program and its arguments, redirections left out. */
  readonly words: readonly Word[];
  /** The texts it can be allowed by; none for what the shell does itself (`cd`, `echo`): that needs no leave. */
  readonly texts: readonly AllowText[];
}

/** A command in one way of writing it. */
export interface AllowText {
  readonly text: string;
  /** Characters that a pattern has to name at least: `sudo` alone allows nothing of what stands behind it. */
  readonly least: number;
}

/** All that a command line does, as far as it can be read without running it. */
export interface CommandRuns {
  readonly runs: readonly CommandRun[];
  readonly redirections: readonly Redirection[];
  /** Why something in it could not be read; each reason once. Empty when all was. */
  readonly unread: readonly string[];
}

/** What changes nothing but the shell itself; where it writes into a file, that is a redirection. */
const HARMLESS_BUILTINS = new Set(
  (
    ': [ break cd command continue declare dirs echo exit export false getopts hash let local popd printf pushd pwd read ' +
    'readonly return set shift test times true type typeset umask unset wait'
  ).split(' '),
);

/** They begin a piece of the line and run nothing. */
const SYNTAX = new Set(['for', 'select', 'done', 'fi', 'esac', 'in', '[[', '}', ';;']);

/** Prefixes that give rights: to allow what stands behind them is not to allow it with those. */
const PRIVILEGED = new Set(['sudo', 'doas']);

/** Variables that choose which program runs. */
const CHANGES_PROGRAMS = /^(?:PATH|IFS|ENV|BASH_ENV|LD_\w+|DYLD_\w+)\+?=/;

/** Folders whose programs are known by their name alone. */
const SYSTEM_FOLDERS = /^(?:\/usr(?:\/local)?)?\/s?bin\/|^\/opt\/homebrew\/bin\//;

/** Reads a shell command line. Never throws; what it does not understand it says. */
export function commandRuns(line: string): CommandRuns {
  const reader = new RunReader();
  if (isClipped(line)) reader.unread.add('its middle was left out when it was recorded');
  if (line.length > MAX_SPLIT_CHARACTERS) reader.unread.add(`it is longer than ${MAX_SPLIT_CHARACTERS / 1024} KiB`);
  else reader.readLine(line, 0);
  return { runs: reader.runs, redirections: reader.redirections, unread: [...reader.unread] };
}

/** Longer than people count in a shell. */
const MAX_COUNT = 500;

/** In `((a += 1))` nothing runs; `((cd a; ls) | wc)` begins alike. */
function isCount({ words }: SimpleCommand): boolean {
  const text = words.map(({ raw }) => raw).join(' ');
  if (text.length > MAX_COUNT) return false;
  if (!/^[\w\s$[\]{}.,:?!~()+\-*/%<>=&|^#]*$/.test(text)) return false;
  return !/^[a-z]\w*$/i.test(text) && !/[a-z_]\w*\s+(?:[a-z_.]|[-/][a-z])/i.test(text);
}

class RunReader {
  readonly runs: CommandRun[] = [];
  readonly redirections: Redirection[] = [];
  readonly unread = new Set<string>();

  readLine(line: string, nesting: number): void {
    if (nesting > MAX_NESTING) {
      this.unread.add('scripts are nested too deep in it');
      return;
    }
    const { commands, isWhole } = readCommandLine(line);
    if (!isWhole) this.unread.add('a quote, a bracket or a here-document in it is not closed');
    // The patterns of `case` and the names of functions look like commands.
    const branches = commands.some(({ words }) => words[0]?.value === 'case');
    if (branches) this.unread.add('it branches by "case"');
    const functions = /(?:^|[\s;&|])(?:function\s+[\w-]+|[\w-]+\s*\(\s*\))\s*\{/.test(line);
    if (functions) this.unread.add('it defines a function');
    for (const command of commands) this.readCommand(command, nesting, branches || functions);
  }

  private readCommand(command: SimpleCommand, nesting: number, isUncertain: boolean): void {
    if (command.substitutesInDocuments) this.unread.add('a here-document in it runs commands');
    if (command.isArithmetic) {
      if (!isCount(command)) this.unread.add('double parentheses in it may count, or run commands');
      return;
    }
    const { words, redirections, isWhole } = cutRedirections(command.words);
    if (!isWhole) this.unread.add('a redirection in it names no file');
    this.redirections.push(...redirections);
    if (words[0]?.raw === '[[' || words.at(-1)?.raw === ']]') return;
    this.readProgram(words, command.documents, nesting, isUncertain);
  }

  private readProgram(
    words: readonly Word[],
    documents: readonly string[],
    nesting: number,
    isUncertain: boolean,
  ): void {
    const { at, privileged, wrapped } = this.programAt(words);
    const first = words[at];
    if (!first) {
      // `xargs` or `env` by itself.
      const [wrapper] = words.slice(wrapped ?? words.length);
      if (wrapper) this.add(words, wrapped ?? 0, undefined);
      return;
    }
    if (SYNTAX.has(first.value) || first.value === 'case') return;
    const program = baseName(first.value);
    const isHidden = isSubstituted(first) || /[*?[\]{}()<>]/.test(first.value);
    if (isHidden && first.value !== '[') {
      this.unread.add('a program in it is only known when it runs');
      return;
    }
    const args = words.slice(at + 1);
    if (program === 'eval' || SHELLS.has(program)) {
      this.readShell(program, words, at, documents, nesting);
      return;
    }
    if (program === 'find') for (const each of executedByFind(args)) this.readProgram(each, [], nesting + 1, false);
    const setsPrograms = program === 'export' && args.some(({ value }) => CHANGES_PROGRAMS.test(value));
    if (setsPrograms) this.unread.add('a variable is set in it that chooses which programs run');
    const isSourced = (program === 'source' || program === '.') && /^<\(/.test(args[0]?.raw ?? '');
    if (isSourced) this.unread.add('it runs what another command prints');
    if (isUncertain) return;
    this.add(words, at, privileged ?? wrapped);
  }

  /** Where the program stands, behind assignments, keywords and programs that run another. */
  private programAt(words: readonly Word[]): { at: number; privileged?: number; wrapped?: number } {
    let at = 0;
    let privileged: number | undefined;
    let wrapped: number | undefined;
    for (let step = 0; at < words.length; step += 1) {
      const length = prefixLength(words, at);
      if (length === 0) break;
      if (step === MAX_PREFIXES) {
        this.unread.add('too much stands before a program in it');
        return { at: words.length };
      }
      const value = words[at]?.value ?? '';
      // It tells where a program is.
      if (value === 'command' && /^-[vV]$/.test(words[at + 1]?.value ?? '')) break;
      if (CHANGES_PROGRAMS.test(value)) this.unread.add('a variable is set in it that chooses which programs run');
      const isWrapper = !/^(?:[A-Za-z_]\w*\+?=|[{}!]$|(?:if|then|elif|else|while|until|do|coproc)$)/.test(value);
      if (isWrapper) wrapped ??= at;
      if (PRIVILEGED.has(baseName(value))) privileged ??= at;
      at += length;
    }
    return {
      at: Math.min(at, words.length),
      ...(privileged === undefined ? {} : { privileged }),
      ...(wrapped === undefined ? {} : { wrapped }),
    };
  }

  private readShell(
    program: string,
    words: readonly Word[],
    at: number,
    documents: readonly string[],
    nesting: number,
  ): void {
    const args = words.slice(at + 1);
    const scripts = scriptsOf(program, args, documents);
    const command =
      program === 'eval' ? args : args.filter((_, index) => /^-[A-Za-z]*c$/.test(args[index - 1]?.value ?? ''));
    if (command.some(isSubstituted)) this.unread.add('a script in it is only known when it runs');
    for (const script of scripts) this.readLine(script, nesting + 1);
    if (scripts.length > 0) return;
    const file = args.find(({ value }) => !/^[-+]/.test(value));
    if (program === 'su' || (file && !/^[<>]\(/.test(file.raw))) this.add(words, at, undefined);
    else this.unread.add('a shell in it runs what it is given when it runs');
  }

  private add(words: readonly Word[], at: number, from: number | undefined): void {
    const first = words[at];
    if (!first) return;
    const program = baseName(first.value);
    const text = joinedFrom(words.map(({ value }) => value));
    const isPrivileged = from !== undefined && PRIVILEGED.has(baseName(words[from]?.value ?? ''));
    const texts: AllowText[] = [];
    if (!isPrivileged) {
      texts.push({ text: text(at), least: 0 });
      if (SYSTEM_FOLDERS.test(first.value)) texts.push({ text: `${program} ${text(at + 1)}`.trim(), least: 0 });
    }
    if (from !== undefined && from < at) {
      const least = text(from).length - text(at).length + first.value.length;
      texts.push({ text: text(from), least });
    }
    const needsNone = !isPrivileged && HARMLESS_BUILTINS.has(first.value);
    this.runs.push({ program, words: words.slice(at), texts: needsNone ? [] : texts });
  }
}
