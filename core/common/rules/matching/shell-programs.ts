import type { Word } from './simple-command.ts';

/** The name of a program without its directory. */
export function baseName(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1);
}

/** Programs that run the text of a command line. */
export const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash', 'fish', 'su']);

/** Texts that the program will run as command lines. */
export function scriptsOf(program: string, words: readonly Word[], documents: readonly string[]): readonly string[] {
  if (program === 'eval') return [words.map(({ value }) => value).join(' ')];
  if (!SHELLS.has(program)) return [];
  const option = words.findIndex(({ value }) => /^-[A-Za-z]*c$/.test(value));
  const script = option < 0 ? undefined : words[option + 1];
  return [...(script ? [script.value] : []), ...documents];
}

/** The words of the commands that `find` runs on what it finds. `words`: behind `find`. */
export function executedByFind(words: readonly Word[]): readonly (readonly Word[])[] {
  const commands: Word[][] = [];
  let open: Word[] | undefined;
  for (const word of words) {
    if (/^-(?:exec|execdir|ok|okdir)$/.test(word.value)) {
      open = [];
      commands.push(open);
    } else if (word.value === ';') open = undefined;
    else open?.push(word);
  }
  return commands;
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
export function prefixLength(words: readonly Word[], at: number): number {
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
