import type { Word } from '../rules/matching/simple-command.ts';

/** A file that the shell itself opens for a command (`> file`). */
export interface Redirection {
  readonly kind: 'read' | 'write';
  readonly target: Word;
}

/** At its first `<` or `>`. That of a substitution (`<(...)`) is none. */
const OPERATOR = /^(?:<<<|<>|>>|>\||<&|>&|<|>)(?!\()/;
/** `2`, `&` or `{fd}` in front of it. No number of a descriptor is longer. */
const DESCRIPTOR = /(?:(?:^|(?<=\D))\d{1,10}|&|\{\w{1,50}\})$/;

/** Always there, and nobody's file. */
const DEVICES = /^\/dev\/(?:null|zero|full|tty|stdin|stdout|stderr|u?random|fd\/\d+)$/;

/** A command's words and its redirections, told apart. */
export interface CutCommand {
  /** Without the redirections. */
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
  /** False when a redirection has no target that could be read. */
  readonly isWhole: boolean;
}

/** Takes the redirections out of a command. */
export function cutRedirections(all: readonly Word[]): CutCommand {
  const words: Word[] = [];
  const redirections: Redirection[] = [];
  let isWhole = true;
  for (let at = 0; at < all.length; at += 1) {
    const word = all[at];
    const place = word?.raw.search(/[<>]/) ?? -1;
    const before = word?.raw.slice(0, Math.max(0, place)) ?? '';
    const [operator] = OPERATOR.exec(word?.raw.slice(place, place + 4) ?? '') ?? [];
    if (!word || place < 0 || operator === undefined || /['"\\`$]/.test(before)) {
      if (word) words.push(word);
      continue;
    }
    // Up to here raw and value are the same: nothing is quoted. A number is a descriptor where it stands by itself.
    const [descriptor = ''] = DESCRIPTOR.exec(before.slice(-60)) ?? [];
    const isNumber = /^\d/.test(descriptor);
    const kept = isNumber && descriptor !== before ? before : before.slice(0, before.length - descriptor.length);
    if (kept !== '') words.push({ raw: kept, value: kept });
    const end = place + operator.length;
    const rest = { raw: word.raw.slice(end), value: word.value.slice(end) };
    if (rest.raw === '') at += 1;
    const target = rest.raw === '' ? all[at] : rest;
    isWhole &&= target !== undefined;
    if (!target || operator === '<<<' || operator === '<&') continue;
    if (/^(?:\d+-?|-)$/.test(target.value) || DEVICES.test(target.value)) continue;
    redirections.push({ kind: operator === '<' ? 'read' : 'write', target });
  }
  return { words, redirections, isWhole };
}
