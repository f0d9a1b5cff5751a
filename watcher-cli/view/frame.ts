import type { StreamLine } from '../../core/common/view/stream-line.ts';
import type { Painter } from './colors.ts';
import { type Row, rowWidth, span } from './row.ts';
import { streamRow } from './stream-row.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface FrameOptions {
  readonly size: Size;
  readonly paint: Painter;
  /** Whether the terminal wraps lines anew when it becomes narrower. */
  readonly reflows: boolean;
}

interface DrawnRow {
  readonly text: string;
  readonly width: number;
}

/** A line of the stream, drawn for the present width. */
interface ShownLine extends DrawnRow {
  readonly line: StreamLine;
}

const BEGIN = '\x1b[?2026h\x1b[?25l\x1b[?7l';
const END = '\x1b[?7h\x1b[?25h\x1b[?2026l';
const CLEAR_TO_LINE_END = '\x1b[K';
const CLEAR_TO_SCREEN_END = '\x1b[J';
/** Rows from which the live lines are set off from the stream by a rule. */
const ROWS_WITH_RULE = 10;

/**
 * Live lines above a scrolling stream, at the end of a terminal's ordinary screen: what scrolls off the top is the
 * stream, line by line, so that the terminal's own scrollback holds all of it in order.
 *
 * To add lines, the cursor goes to the frame's first row and everything is written anew: first the lines of the stream
 * that have to leave, then the live lines, then the rest of the stream. The terminal scrolls by as many rows as there
 * are too many, and what it scrolls away are the lines that leave. Between two draws the cursor stands at the end of the
 * frame's last row. Gives text to write; writes nothing itself.
 */
export class Frame {
  private readonly paint: Painter;
  private readonly reflows: boolean;
  private size: Size;
  /** Rows of the frame as they stand on the screen, top to bottom. */
  private drawn: readonly DrawnRow[] = [];
  /** How many of them, at the top, are not of the stream. */
  private headRows = 0;
  /** Lines of the stream that are on the screen, oldest first. */
  private visible: readonly ShownLine[] = [];
  private resized = false;

  constructor({ size, paint, reflows }: FrameOptions) {
    this.size = size;
    this.paint = paint;
    this.reflows = reflows;
  }

  /** Columns that are used: the last one stays empty, where terminals differ in what comes after it. */
  get columns(): number {
    return Math.max(1, this.size.columns - 1);
  }

  /** Rows for live lines: at most half the screen. */
  get liveRows(): number {
    return Math.max(1, Math.floor(this.size.rows / 2) - this.ruleRows);
  }

  /**
   * The terminal has a new size. Its top rows may have gone to the scrollback, because there are fewer rows or because
   * wider lines now take several; what is gone is not drawn again.
   */
  resize(size: Size): void {
    this.size = size;
    let height = this.height(this.drawn);
    let lost = 0;
    while (lost < this.drawn.length - 1 && height > size.rows) {
      height -= this.rowsOf(this.drawn[lost]);
      lost += 1;
    }
    this.drawn = this.drawn.slice(lost);
    this.visible = this.visible.slice(Math.max(0, lost - this.headRows)).map(({ line }) => this.shown(line));
    this.headRows = Math.max(0, this.headRows - lost);
    this.resized = true;
  }

  /** Empty when nothing has changed. */
  draw(live: readonly Row[], added: readonly StreamLine[]): string {
    const head = this.ruleRows > 0 ? [...live, this.rule] : live;
    const lines = [...this.visible, ...added.map((line) => this.shown(line))];
    const leaving = Math.max(0, lines.length - Math.max(0, this.size.rows - head.length));
    const left = lines.slice(0, leaving);
    const visible = lines.slice(leaving);
    const rows = [...head.map((row) => this.drawnRow(row)), ...visible];
    const unchanged =
      added.length === 0 &&
      !this.resized &&
      rows.length === this.drawn.length &&
      rows.every((row, index) => row.text === this.drawn[index]?.text);
    if (unchanged) return '';
    const text = this.rewrite(left, rows);
    this.drawn = rows;
    this.headRows = head.length;
    this.visible = visible;
    this.resized = false;
    return text;
  }

  /** What to write after the last draw, so that the prompt comes below the frame. */
  leave(): string {
    return this.drawn.length === 0 ? '' : `${END}\r\n`;
  }

  /** All of it, though only a part may differ: what the user has typed into the screen meanwhile goes with it. */
  private rewrite(left: readonly DrawnRow[], rows: readonly DrawnRow[]): string {
    const body = [...left, ...rows].map(({ text }) => `${CLEAR_TO_LINE_END}${text}`).join('\r\n');
    return `${BEGIN}${this.toTop()}${body}${CLEAR_TO_SCREEN_END}${END}`;
  }

  private toTop(): string {
    const up = this.height(this.drawn) - 1;
    return up > 0 ? `\r\x1b[${up}A` : '\r';
  }

  private height(rows: readonly DrawnRow[]): number {
    return rows.reduce((sum, row) => sum + this.rowsOf(row), 0);
  }

  /** Rows of the screen that a row takes which was drawn when the terminal may have been wider. */
  private rowsOf(row: DrawnRow | undefined): number {
    return this.reflows && row ? Math.max(1, Math.ceil(row.width / this.size.columns)) : 1;
  }

  private shown(line: StreamLine): ShownLine {
    return { line, ...this.drawnRow(streamRow(line, this.columns)) };
  }

  private drawnRow(row: Row): DrawnRow {
    return { text: this.paint(row), width: rowWidth(row) };
  }

  private get ruleRows(): number {
    return this.size.rows >= ROWS_WITH_RULE ? 1 : 0;
  }

  private get rule(): Row {
    return [span('─'.repeat(this.columns), 'quiet')];
  }
}
