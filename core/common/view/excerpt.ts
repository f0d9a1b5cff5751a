import { sanitize } from './sanitize.ts';

/** UTF-16 units; wider than any terminal line, so that what is cut is cut by the view. */
const LONGEST = 1000;

/** The beginning of a text as one line that is safe to print; white space around it and indentation are left out. */
export function excerpt(text: string): string {
  const start = text.slice(0, LONGEST).trim();
  return sanitize(start.replace(/\s*[\r\n]\s*/g, '\n'));
}
