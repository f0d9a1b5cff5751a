import type { Word } from '../rules/matching/simple-command.ts';

/** Whether the shell puts something else in the place of a part of the word: a variable, or what a command prints. */
export function isSubstituted({ raw }: Word): boolean {
  if (!/[$`]/.test(raw)) return false;
  let isDouble = false;
  for (let at = 0; at < raw.length; at += 1) {
    const character = raw[at] ?? '';
    if (character === '\\') at += 1;
    else if (character === '"') isDouble = !isDouble;
    else if (character === "'" && !isDouble) {
      // `$'...'` may hold any character by its number.
      if (raw[at - 1] === '$') return true;
      const end = raw.indexOf("'", at + 1);
      if (end < 0) return false;
      at = end;
    } else if (character === '`') return true;
    else if (character === '$' && /[\w{(@*#?!$-]/.test(raw[at + 1] ?? '')) return true;
  }
  return false;
}
