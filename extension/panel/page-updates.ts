import {
  type HostMessage,
  MAX_ROWS_PER_REQUEST,
  type PanelRow,
  type RowFilter,
} from '../../core/common/protocol/panel.ts';
import type { RowRef } from '../../core/common/view/stream-index.ts';
import type { StreamRows } from '../../core/common/view/stream-rows.ts';

/** Between two messages about growth: two frames of a screen. */
const QUIET_MS = 33;
/** Rows that are told along with a reset: as many as a view shows. */
const LAST_ROWS = 50;
/** New rows that are told along with their number; of more, a page may not want all. */
const FEW_ROWS = 20;

export interface PageUpdatesOptions {
  /** The rows that there are, changed by the owner. */
  readonly rows: StreamRows;
  /** Larger than any generation the page has seen. */
  readonly generation: number;
  readonly filter: () => RowFilter;
  /** Rows at positions `from` to `to` (exclusive): at least one, fewer than asked for when that is much to read. */
  readonly read: (from: number, to: number) => readonly PanelRow[];
  readonly post: (message: HostMessage) => void;
}

/**
 * What a page has been told of the rows, and what it has to be told yet: that there are more, that some which it has got
 * have changed or moved, or that all is different. Many changes lead to one message; without any no timer is set.
 */
export class PageUpdates {
  private readonly options: PageUpdatesOptions;
  private current: number;
  private attached = false;
  private told = { generation: -1, total: 0 };
  /** Rows the page has got that may still change. */
  private readonly unsettled = new Set<RowRef>();
  private readonly changed = new Set<RowRef>();
  private shiftedFrom = Number.POSITIVE_INFINITY;
  private dirty = false;
  private soon: NodeJS.Immediate | undefined;
  private quiet: NodeJS.Timeout | undefined;

  constructor(options: PageUpdatesOptions) {
    this.options = options;
    this.current = options.generation;
  }

  /** Grows with every reset. */
  get generation(): number {
    return this.current;
  }

  /** A page appeared, which has seen generations below this one: it gets a `reset`, and from now on whatever changes. */
  attach(generation: number): void {
    this.current = Math.max(this.current, generation);
    this.attached = true;
    this.told = { generation: -1, total: 0 };
    this.dirty = true;
    this.flush();
  }

  /** The page is gone or does not listen. */
  detach(): void {
    this.attached = false;
    this.forget();
    clearImmediate(this.soon);
    clearTimeout(this.quiet);
    this.soon = undefined;
    this.quiet = undefined;
  }

  /** The page has got a row that may still change. */
  sent(ref: RowRef): void {
    if (this.attached) this.unsettled.add(ref);
  }

  rowChanged(ref: RowRef): void {
    if (this.unsettled.has(ref)) this.changed.add(ref);
  }

  /** Rows the page has got that pass have changed. */
  rowsChanged(isChanged: (ref: RowRef) => boolean): void {
    for (const ref of this.unsettled) if (isChanged(ref)) this.changed.add(ref);
  }

  inserted(position: number): void {
    if (position < this.told.total) this.shiftedFrom = Math.min(this.shiftedFrom, position);
  }

  /** Nothing stands where it stood: the page begins anew. */
  restart(): void {
    this.forget();
    this.current += 1;
  }

  /** Answers a request of the page; one for rows of another generation is dropped. */
  sendRows(generation: number, from: number, to: number): void {
    if (generation !== this.current || !this.attached) return;
    const end = Math.min(to, this.options.rows.length, from + MAX_ROWS_PER_REQUEST);
    if (from >= end) return;
    const rows = this.options.read(from, end);
    this.options.post({ type: 'rows', generation, from, rows });
    // Long lines: the rest comes with the next turn.
    if (from + rows.length < end) setImmediate(() => this.sendRows(generation, from + rows.length, end));
  }

  /** Has the page scroll to a row; false when nobody listens or the row is not there. */
  reveal(ref: RowRef, id: string): boolean {
    const position = this.options.rows.positionOf(ref);
    if (position === undefined || !this.attached) return false;
    this.flush();
    this.options.post({ type: 'reveal', generation: this.current, position, id });
    return true;
  }

  /** Something has changed: the page is told with the next turn, or a moment later when it was told just before. */
  flushSoon(): void {
    this.dirty = true;
    if (!this.attached || this.quiet || this.soon) return;
    this.soon = setImmediate(() => {
      this.soon = undefined;
      this.flush();
    });
  }

  private flush(): void {
    if (!this.dirty || !this.attached) return;
    this.dirty = false;
    this.tell();
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => {
      this.quiet = undefined;
      this.flush();
    }, QUIET_MS);
  }

  private tell(): void {
    const { rows, filter, post } = this.options;
    const before = this.told.total;
    // Too much has moved to be sent: the page fetches what it shows.
    if (before - this.shiftedFrom > MAX_ROWS_PER_REQUEST) this.restart();
    const generation = this.current;
    const total = rows.length;
    const isReset = generation !== this.told.generation;
    this.told = { generation, total };
    if (isReset) {
      this.forget();
      post({ type: 'reset', generation, total, filter: filter(), rows: this.lastRows(Math.min(total, LAST_ROWS)) });
      return;
    }
    if (total !== before) {
      const isFew = total > before && total - before <= FEW_ROWS;
      post({ type: 'grown', generation, total, rows: isFew ? this.lastRows(total - before) : [] });
    }
    const from = this.shiftedFrom;
    this.shiftedFrom = Number.POSITIVE_INFINITY;
    const positions = [...this.changed].flatMap((ref) => rows.positionOf(ref) ?? []);
    this.changed.clear();
    this.sendRows(generation, from, before);
    for (const [first, last] of runsOf(positions.filter((position) => position < from)))
      this.sendRows(generation, first, last + 1);
  }

  /** The last `count` rows; none when that is much to read. */
  private lastRows(count: number): readonly PanelRow[] {
    const { rows, read } = this.options;
    const last = count === 0 ? [] : read(rows.length - count, rows.length);
    return last.length === count ? last : [];
  }

  private forget(): void {
    this.unsettled.clear();
    this.changed.clear();
    this.shiftedFrom = Number.POSITIVE_INFINITY;
  }
}

/** Numbers that follow each other, as first and last of each run; a run is no longer than one message may be. */
function runsOf(numbers: readonly number[]): readonly (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && number <= run[1] + 1 && number - run[0] < MAX_ROWS_PER_REQUEST) run[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}
