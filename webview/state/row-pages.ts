import type { PanelRow } from '../../core/common/protocol/panel.ts';

/** Rows that are asked for at once, kept together and forgotten together. */
export const PAGE_ROWS = 100;

/** From `from` (inclusive) to `to` (exclusive). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The rows around the viewport, in pages. Whatever lies outside the window that was asked for last is forgotten, so the
 * memory does not grow with the session.
 */
export class RowPages {
  private pages = new Map<number, (PanelRow | undefined)[]>();
  /** Page to the position up to which its rows have been asked for. */
  private asked = new Map<number, number>();
  private firstPage = 0;
  private lastPage = 0;

  get(position: number): PanelRow | undefined {
    return this.pages.get(pageOf(position))?.[position % PAGE_ROWS];
  }

  /** Number of pages kept. */
  get size(): number {
    return this.pages.size;
  }

  clear(): void {
    this.pages = new Map();
    this.asked = new Map();
    this.firstPage = 0;
    this.lastPage = 0;
  }

  /** Keeps rows that lie in the window. */
  put(from: number, rows: readonly PanelRow[]): void {
    for (const [index, row] of rows.entries()) {
      const position = from + index;
      const page = pageOf(position);
      if (page < this.firstPage || page > this.lastPage) continue;
      let kept = this.pages.get(page);
      if (!kept) {
        kept = new Array<PanelRow | undefined>(PAGE_ROWS).fill(undefined);
        this.pages.set(page, kept);
      }
      kept[position % PAGE_ROWS] = row;
    }
  }

  /** Rows have come from `from` (inclusive) to `to` (exclusive) that nobody asked for, and need not be asked for. */
  given({ from, to }: Span): void {
    for (let page = pageOf(from); page * PAGE_ROWS < to; page++) {
      const known = this.asked.get(page) ?? page * PAGE_ROWS;
      // With a gap before them they are asked for all the same: what was asked for is kept as one end alone.
      if (known >= from) this.asked.set(page, Math.max(known, Math.min(to, (page + 1) * PAGE_ROWS)));
    }
  }

  /** Moves the window to the pages of these rows, of `total`, and gives what has to be asked for: a span a page. */
  want({ from, to }: Span, total: number): readonly Span[] {
    this.firstPage = pageOf(Math.max(0, from));
    this.lastPage = pageOf(Math.max(0, Math.min(to, total) - 1));
    for (const kept of [this.pages, this.asked])
      for (const page of kept.keys()) if (page < this.firstPage || page > this.lastPage) kept.delete(page);
    const spans: Span[] = [];
    for (let page = this.firstPage; page <= this.lastPage; page++) {
      const end = Math.min((page + 1) * PAGE_ROWS, total);
      const start = Math.max(this.asked.get(page) ?? 0, page * PAGE_ROWS);
      if (start >= end) continue;
      this.asked.set(page, end);
      spans.push({ from: start, to: end });
    }
    return spans;
  }
}

function pageOf(position: number): number {
  return Math.floor(position / PAGE_ROWS);
}
