import { marker } from './marker.ts';
import { redactEntry } from './redact-text.ts';

/** The text with what is secret in it replaced. `key` is the name it stands under, empty when there is none. */
export type Redactor = (text: string, key: string) => string;

/** Redacts by the rules of ours, and by patterns of the user's: these need the `g` flag, and all they match goes. */
export function createRedactor(patterns: readonly RegExp[]): Redactor {
  return (text, key) => patterns.reduce(replaceMatches, redactEntry(key, text));
}

/** For users who turned redaction off. */
export const keepAll: Redactor = (text) => text;

function replaceMatches(text: string, pattern: RegExp): string {
  return text.replace(pattern, (match) => (match === '' ? '' : marker('custom')));
}
