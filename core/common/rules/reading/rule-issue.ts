import type { IssueExcerpt, RuleIssue } from '../rule.ts';
import type { Mistake, Span } from './positioned.ts';

/** A file with more mistakes than this is not a rule file; the rest is counted, not listed. */
const MAX_ISSUES = 20;
const TEXT_CHARACTERS = 60;
const EXCERPT_CHARACTERS = 100;
/** What is shown of the text before the offending one, when the line is long. */
const EXCERPT_LEAD = 40;
/** UTF-16 units of a line that are looked at, each way, to find the characters to show. */
const WINDOW = 4 * EXCERPT_CHARACTERS;

/** The mistakes in the order of the text, each with line, column and the line it stands on. */
export function toIssues(source: string, mistakes: readonly Mistake[]): readonly RuleIssue[] {
  const { shown, rest } = shownMistakes(mistakes);
  const issues = shown.map((mistake) => toIssue(source, mistake));
  return rest ? [...issues, rest] : issues;
}

/** Those of the mistakes that are told, in the order of the text, and an issue that counts the rest. */
export function shownMistakes(mistakes: readonly Mistake[]): {
  readonly shown: readonly Mistake[];
  readonly rest: RuleIssue | undefined;
} {
  const sorted = [...mistakes].sort((a, b) => a.span.offset - b.span.offset);
  const shown = sorted.slice(0, MAX_ISSUES);
  const more = sorted.length - shown.length;
  return { shown, rest: more > 0 ? wholeFileIssue(`and ${more} more`, 'mend the ones above first') : undefined };
}

/** An issue about the file as a whole. */
export function wholeFileIssue(message: string, hint: string): RuleIssue {
  return { line: 0, column: 0, text: '', message, hint };
}

function toIssue(source: string, { span, message, hint, secret }: Mistake): RuleIssue {
  const offset = Math.min(span.offset, source.length);
  const { lineStart, ...place } = placeOf(source, offset);
  // They may quote the file, escapes resolved.
  const said = { message: printable(message), hint: printable(hint) };
  if (secret) return { ...place, text: '', ...said };
  const text = shorten(source.slice(offset, offset + span.length), TEXT_CHARACTERS);
  const excerpt = excerptAt(source, lineStart, { offset, length: span.length });
  return { ...place, text, ...said, ...(excerpt.text.trim() === '' ? {} : { excerpt }) };
}

/** Where an offset of a text stands; line and column count from 1, `lineStart` is the offset its line begins at. */
export function placeOf(source: string, offset: number): { line: number; column: number; lineStart: number } {
  const before = source.slice(0, offset);
  const lineStart = Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1;
  const line = (before.match(/\r\n|\r|\n/g)?.length ?? 0) + 1;
  return { line, column: offset - lineStart + 1, lineStart };
}

function excerptAt(source: string, lineStart: number, { offset, length }: Span): IssueExcerpt {
  const ahead = source.slice(offset, offset + WINDOW).search(/[\r\n]/);
  const lineEnd = ahead < 0 ? Math.min(source.length, offset + WINDOW) : offset + ahead;
  const lead = printable(source.slice(Math.max(lineStart, offset - WINDOW), offset));
  const offending = printable(source.slice(offset, Math.min(offset + length, lineEnd)));
  const tail = printable(source.slice(offset + offending.length, lineEnd));
  const leadCut = [...lead];
  const shownLead = leadCut.length > EXCERPT_LEAD ? ['…', ...leadCut.slice(1 - EXCERPT_LEAD)] : leadCut;
  const after = [...offending, ...tail];
  const room = EXCERPT_CHARACTERS - shownLead.length;
  const shownAfter = after.length > room ? [...after.slice(0, room - 1), '…'] : after;
  return {
    text: [...shownLead, ...shownAfter].join(''),
    before: shownLead.length,
    length: Math.max(1, Math.min([...offending].length, shownAfter.length)),
  };
}

/**
 * ```
 * .watch-rules.json:3:21: unknown variable "cost_us"
 *   { "condition": "cost_us > 5", "action": "kill" },
 *                   ^^^^^^^
 *   did you mean "cost_usd"?
 * ```
 */
export function formatRuleIssue(file: string, issue: RuleIssue): string {
  const place = issue.line > 0 ? `${file}:${issue.line}:${issue.column}` : file;
  const lines = [`${place}: ${issue.message}`];
  if (issue.excerpt) {
    const { text, before, length } = issue.excerpt;
    lines.push(`  ${text}`, `  ${' '.repeat(before)}${'^'.repeat(length)}`);
  }
  return [...lines, `  ${issue.hint}`].join('\n');
}

/** Control characters, bidirectional overrides and line separators become `?`, a tab one space: safe for a terminal. */
export function printable(text: string): string {
  return text
    .replaceAll('\t', ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, '?');
}

/** One printable line of at most `limit` characters. */
export function shorten(text: string, limit: number): string {
  const line = printable(
    text
      .slice(0, limit * 4)
      .replace(/\s+/g, ' ')
      .trim(),
  );
  const characters = [...line];
  return characters.length > limit || text.length > limit * 4 ? `${characters.slice(0, limit - 1).join('')}…` : line;
}
