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

const ASCII = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter();

/** Columns a terminal gives to the text: wide characters and emoji take two. */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

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

/** Looks at no more of the text than fits: a trace may bring very long ones. */
function beginning(text: string, columns: number): string {
  if (text.length <= columns && ASCII.test(text)) return text;
  let fitting = '';
  let room = columns;
  for (const { segment } of graphemes.segment(text)) {
    room -= widthOf(segment);
    if (room < 0) return fitting;
    fitting += segment;
  }
  return text;
}
