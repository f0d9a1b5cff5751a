/**
 * The part of a terminal that frames need: an ordinary screen with scrollback, written at the cursor. Throws at every
 * control it does not know, and at text that runs over the edge.
 */
export class ScreenModel {
  columns: number;
  rows: number;
  readonly scrollback: string[] = [];
  private lines: string[] = [''];
  private row = 0;
  private column = 0;
  readonly modes = new Map<string, boolean>();

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
  }

  /** Scrollback and screen, without the empty rows at the end. */
  get all(): readonly string[] {
    return [...this.scrollback, ...this.lines].map((line) => line.trimEnd());
  }

  get screen(): readonly string[] {
    return this.lines.map((line) => line.trimEnd());
  }

  get cursor(): { row: number; column: number } {
    return { row: this.row, column: this.column };
  }

  /** As terminals do that keep the cursor's row and do not wrap anew: rows that no longer fit go to the scrollback. */
  resizeRows(rows: number): void {
    this.rows = rows;
    while (this.lines.length > rows && this.row < this.lines.length - 1) this.lines.pop();
    while (this.lines.length > rows) this.scroll();
  }

  write(text: string): void {
    for (const [token] of text.matchAll(/\x1b\[\??[0-9;]*[A-Za-z]|[\s\S]/g)) this.apply(token);
  }

  private apply(token: string): void {
    const line = this.lines[this.row] ?? '';
    const [, count, letter] = /^\x1b\[(\d*)([AJK])$/.exec(token) ?? [];
    const [, mode, on] = /^\x1b\[\?(\d+)([hl])$/.exec(token) ?? [];
    if (token === '\r') this.column = 0;
    else if (token === '\n') this.down();
    else if (letter === 'A') this.row = Math.max(0, this.row - Number(count || 1));
    else if (letter === 'K') this.lines[this.row] = line.slice(0, this.column);
    else if (letter === 'J') this.lines = [...this.lines.slice(0, this.row), line.slice(0, this.column)];
    else if (mode !== undefined) this.modes.set(mode, on === 'h');
    else if (token < ' ') throw new Error(`unexpected control ${JSON.stringify(token)}`);
    else if (this.column >= this.columns) throw new Error(`text beyond the edge: ${line}`);
    else {
      this.lines[this.row] = line.padEnd(this.column).slice(0, this.column) + token + line.slice(this.column + 1);
      this.column += 1;
    }
  }

  private down(): void {
    this.row += 1;
    if (this.row >= this.lines.length) this.lines.push('');
    if (this.lines.length > this.rows) this.scroll();
  }

  private scroll(): void {
    this.scrollback.push(this.lines.shift() ?? '');
    this.row = Math.max(0, this.row - 1);
  }
}
