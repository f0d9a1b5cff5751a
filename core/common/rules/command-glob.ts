import { matchWildcard } from './match-sequence.ts';
import { MAX_GLOB_CHARACTERS } from './path-glob.ts';
import { type SimpleCommand, splitCommandLine, type Word } from './shell-words.ts';
import type { Problem } from './threshold.ts';

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
const MAX_SPLIT_CHARACTERS = 1 << 18;
/** Commands within commands (`bash -c "find -exec bash -c ..."`). */
const MAX_NESTING = 5;
/** What stands before a program (`A=1 sudo env nice ...`). */
const MAX_PREFIXES = 16;

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

function oneSpaced(text: string): string {
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
function joinedFrom(words: readonly string[]): (index: number) => string {
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

function baseName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash', 'fish', 'su']);

/** Texts that the program will run as command lines. */
function scriptsOf(program: string, words: readonly Word[], documents: readonly string[]): readonly string[] {
  if (program === 'eval') return [words.map(({ value }) => value).join(' ')];
  if (!SHELLS.has(program)) return [];
  const option = words.findIndex(({ value }) => /^-[A-Za-z]*c$/.test(value));
  const script = option < 0 ? undefined : words[option + 1];
  return [...(script ? [script.value] : []), ...documents];
}

function addFound(words: readonly Word[], texts: Set<string>, nesting: number): void {
  const action = words.findIndex(({ value }) => /^-(?:exec|execdir|ok|okdir)$/.test(value));
  if (action >= 0) addCommand({ words: words.slice(action + 1), documents: [] }, texts, nesting);
}

/** Words after which a command begins. */
const KEYWORDS: ReadonlySet<string> = new Set([
  '{',
  '}',
  '!',
  'if',
  'then',
  'elif',
  'else',
  'while',
  'until',
  'do',
  'coproc',
]);

/** Programs that run another: their options that take a word of their own, and how many operands come first. */
const WRAPPERS: ReadonlyMap<string, { readonly options: RegExp; readonly operands: number }> = new Map([
  ['sudo', { options: /^(?:-[ugphCDRTUrt]|--(?:user|group|prompt|host|chdir|chroot|role|type))$/, operands: 0 }],
  ['doas', { options: /^-[uC]$/, operands: 0 }],
  ['env', { options: /^(?:-[uC]|--(?:unset|chdir))$/, operands: 0 }],
  ['nice', { options: /^(?:-n|--adjustment)$/, operands: 0 }],
  ['ionice', { options: /^-[cnp]$/, operands: 0 }],
  ['timeout', { options: /^(?:-[ks]|--(?:kill-after|signal))$/, operands: 1 }],
  ['stdbuf', { options: /^-[ioe]$/, operands: 0 }],
  ['xargs', { options: /^-[adEIJLnPRsS]$/, operands: 0 }],
  ['exec', { options: /^-a$/, operands: 0 }],
  ...['time', 'nohup', 'setsid', 'command', 'builtin', 'busybox'].map(
    (name) => [name, { options: /^$/, operands: 0 }] as const,
  ),
]);

/** How many words stand before the program at the index, as far as one step tells; 0 when it is the program itself. */
function prefixLength(words: readonly Word[], at: number): number {
  const first = words[at]?.value ?? '';
  if (KEYWORDS.has(first) || /^[A-Za-z_]\w*\+?=/.test(first)) return 1;
  const redirection = /^(?:\d*|&)[<>]+[|&]?/.exec(first);
  if (redirection) return redirection[0] === first ? 2 : 1;
  const wrapper = WRAPPERS.get(baseName(first));
  if (!wrapper) return 0;
  let end = at + 1;
  while (words[end]?.value.startsWith('-')) end += wrapper.options.test(words[end]?.value ?? '') ? 2 : 1;
  return end + wrapper.operands - at;
}
