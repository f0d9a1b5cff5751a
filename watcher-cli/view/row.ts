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
  if (widthOf(text) <= columns) return text;
  return columns < 1 ? '' : `${beginning(text, columns - 1)}…`;
}

/** Like `clip`, for a row. */
export function clipRow(row: Row, columns: number): Row {
  if (rowWidth(row) <= columns) return row;
  const clipped: Span[] = [];
  let room = columns - 1;
  for (const { text, tone } of row) {
    const part = beginning(text, room);
    clipped.push({ text: part, tone });
    room -= widthOf(part);
    if (part !== text) break;
  }
  return columns < 1 ? [] : [...clipped, { text: '…', tone: 'quiet' }];
}

function beginning(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let fitting = '';
  let room = columns;
  for (const { segment } of graphemes.segment(text)) {
    room -= widthOf(segment);
    if (room < 0) break;
    fitting += segment;
  }
  return fitting;
}
