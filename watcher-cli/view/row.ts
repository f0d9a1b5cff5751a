import stringWidth from 'string-width';
import { sanitize } from '../../core/common/view/sanitize.ts';
import type { Tone } from '../../core/common/view/stream-line.ts';

/** A piece of a line in one tone. Made by `span` alone: nothing that has not passed it reaches the terminal. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of the screen. */
export type Row = readonly Span[];

export function span(text: string, tone: Tone = 'plain'): Span {
  return { text: sanitize(text), tone };
}

/** Characters that take one column each: most of what is shown, and quickly measured. */
const NARROW = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u0391-\u03ff\u0400-\u0481…⏎─→•■●‖✓✗\u2400-\u2421]*$/;
const graphemes = new Intl.Segmenter();

/** Columns a terminal gives to the text: wide characters and emoji take two. */
export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

/** Columns that a terminal gives to the row. */
export function rowWidth(row: Row): number {
  return row.reduce((sum, { text }) => sum + widthOf(text), 0);
}

/** The text, or its beginning and `…` when it is wider than `columns`. */
export function clip(text: string, columns: number): string {
  const fitting = beginning(text, columns);
  if (fitting === text || columns < 1) return fitting;
  return `${beginning(fitting, columns - 1)}…`;
}

/** Like `clip`, for a row. */
export function clipRow(row: Row, columns: number): Row {
  const fitting = rowBeginning(row, columns);
  if (fitting === row || columns < 1) return fitting;
  return [...rowBeginning(fitting, columns - 1), { text: '…', tone: 'quiet' }];
}

function rowBeginning(row: Row, columns: number): Row {
  const fitting: Span[] = [];
  let room = columns;
  for (const { text, tone } of row) {
    const part = beginning(text, room);
    if (part !== '') fitting.push({ text: part, tone });
    if (part !== text) return fitting;
    room -= widthOf(part);
  }
  return row;
}

/** UTF-16 units of a text that are looked at for each column; more only where many characters take none. */
const UNITS = 4;

/** Looks at no more of the text than may fit: a trace brings very long ones. */
function beginning(text: string, columns: number): string {
  if (NARROW.test(text.slice(0, columns + 1))) return text.slice(0, columns);
  const start = text.slice(0, (columns + 1) * UNITS);
  let fitting = '';
  let room = columns;
  for (const { segment } of graphemes.segment(start)) {
    room -= widthOf(segment);
    if (room < 0) return fitting;
    fitting += segment;
  }
  return fitting;
}
