import { oneSpaced } from '../rules/matching/command-glob.ts';
import { matchWildcard } from '../rules/matching/match-sequence.ts';
import type { AllowText } from './command-runs.ts';

/** A pattern of `commands.allow` and `commands.deny`, made ready. */
export interface CommandPattern {
  readonly matches: (text: string) => boolean;
  /** Characters at its beginning that stand for themselves. */
  readonly literal: number;
}

/**
 * Without `*` and `?` a pattern is the first words of a command: `npm run` is every script, and not `npm runx`. With one
 * it is compared with the whole command; ` *` at its end may be nothing, so `git *` is `git` too.
 */
export function commandPattern(text: string): CommandPattern {
  const pattern = oneSpaced(text);
  const wild = pattern.search(/[*?]/);
  if (wild < 0) {
    const start = `${pattern} `;
    return { matches: (command) => command === pattern || command.startsWith(start), literal: pattern.length };
  }
  const bare = pattern.endsWith(' *') ? pattern.slice(0, -2) : undefined;
  return {
    matches: (command) => matchWildcard(pattern, command) || (bare !== undefined && matchWildcard(bare, command)),
    literal: wild,
  };
}

/** Whether a pattern allows a command in one of the ways it can be written. */
export function allowsCommand({ matches, literal }: CommandPattern, texts: readonly AllowText[]): boolean {
  return texts.some(({ text, least }) => literal >= least && matches(text));
}
