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

/** No shell takes a longer command as an argument (Linux: 128 KiB, macOS: 1 MiB); it is compared as a whole only. */
const MAX_SPLIT_CHARACTERS = 1 << 20;
/** Shells within shells (`bash -c "bash -c ..."`). */
const MAX_SHELLS = 5;
/** Wrappers before a program (`sudo env nice ...`). */
const MAX_WRAPPERS = 16;

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

function addLine(line: string, texts: Set<string>, shells: number): void {
  for (const command of splitCommandLine(line)) addCommand(command, texts, shells);
}

function addCommand({ words, documents }: SimpleCommand, texts: Set<string>, shells: number): void {
  let rest: readonly Word[] | undefined = words;
  for (let step = 0; rest?.[0] && step < MAX_WRAPPERS; step += 1) {
    const [first, ...others]: readonly Word[] = rest;
    const program = baseName(first.value);
    const values = others.map(({ value }) => value);
    texts.add(oneSpaced(rest.map(({ raw }) => raw).join(' ')));
    texts.add(oneSpaced([first.value, ...values].join(' ')));
    texts.add(oneSpaced([program, ...values].join(' ')));
    if (shells < MAX_SHELLS)
      for (const script of scriptsOf(program, values, documents)) addLine(script, texts, shells + 1);
    if (program === 'find') addFound(others, texts, shells);
    rest = unwrap(rest);
  }
}

function baseName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}

const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash', 'fish', 'su']);

/** Texts that the program will run as command lines. */
function scriptsOf(program: string, values: readonly string[], documents: readonly string[]): readonly string[] {
  if (program === 'eval') return [values.join(' ')];
  if (!SHELLS.has(program)) return [];
  const option = values.findIndex((value) => /^-[A-Za-z]*c$/.test(value));
  return [...(option < 0 ? [] : values.slice(option + 1, option + 2)), ...documents];
}

function addFound(words: readonly Word[], texts: Set<string>, shells: number): void {
  const action = words.findIndex(({ value }) => /^-(?:exec|execdir|ok|okdir)$/.test(value));
  if (action >= 0) addCommand({ words: words.slice(action + 1), documents: [] }, texts, shells);
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

/** Without the first thing that stands before the program; undefined when the program stands first. */
function unwrap(words: readonly Word[]): readonly Word[] | undefined {
  const first = words[0]?.value ?? '';
  if (KEYWORDS.has(first) || /^[A-Za-z_]\w*\+?=/.test(first)) return words.slice(1);
  const redirection = /^(?:\d*|&)[<>]+[|&]?(.*)$/.exec(first);
  if (redirection) return words.slice(redirection[1] === '' ? 2 : 1);
  const wrapper = WRAPPERS.get(baseName(first));
  if (!wrapper) return undefined;
  let at = 1;
  while (words[at]?.value.startsWith('-')) at += wrapper.options.test(words[at]?.value ?? '') ? 2 : 1;
  return words.slice(at + wrapper.operands);
}
