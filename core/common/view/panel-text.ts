import { sanitize } from './sanitize.ts';

/** A beginning of a text, and how much of it is missing. */
export interface CutText {
  readonly text: string;
  readonly omittedCharacters: number;
}

/** The first characters of a text; UTF-16 units, but never half of a character. */
export function cutText(text: string, longest: number): CutText {
  if (text.length <= longest) return { text, omittedCharacters: 0 };
  const unit = text.charCodeAt(longest);
  const end = unit >= 0xdc00 && unit <= 0xdfff ? longest - 1 : longest;
  return { text: text.slice(0, end), omittedCharacters: text.length - end };
}

/** As `sanitize`, for texts of many lines: line breaks and tabs stay. */
export function sanitizeLines(text: string): string {
  return text
    .split(/\r\n|\n|\r/)
    .map((line) => line.split('\t').map(sanitize).join('\t'))
    .join('\n');
}
