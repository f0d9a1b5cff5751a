import { RE2JS } from 're2js';

/**
 * Instructions that a regular expression may come to. At worst each is followed at each character: 1,000 of them took
 * 60 microseconds for one (measured), and a repetition such as `.{1000}` is a thousand.
 */
const MAX_INSTRUCTIONS = 250;

/** A regular expression whose time is linear in the text, whatever the pattern. Throws for one that is not RE2 syntax. */
export function linearPattern(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.test(text);
}

/** Why a regular expression cannot be used; undefined when it can. */
export function patternProblem(pattern: string): string | undefined {
  try {
    const size = RE2JS.compile(pattern).programSize();
    return size > MAX_INSTRUCTIONS
      ? `too large by ${size - MAX_INSTRUCTIONS} of ${size} steps; repeat less`
      : undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
  }
}
