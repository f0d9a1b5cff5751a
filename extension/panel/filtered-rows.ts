import { setImmediate as turn } from 'node:timers/promises';
import type { RowFilter } from '../../core/common/protocol/panel.ts';
import { matchesText, passesKinds } from '../../core/common/view/panel-filter.ts';
import type { RowRef, StreamCursor, StreamIndex } from '../../core/common/view/stream-index.ts';
import { StreamRows } from '../../core/common/view/stream-rows.ts';
import type { StoredRows } from '../../core/node/sessions/stored-rows.ts';

/** What is read from the file in one turn of the event loop. */
const BYTES_PER_TURN = 2 * 1024 * 1024;
const ROWS_PER_TURN = 300;

export interface FilteredRowsOptions {
  readonly index: StreamIndex;
  readonly filter: RowFilter;
  /** Lends the texts of rows, which a filter by text is held against. */
  readonly withRows: <T>(use: (stored: StoredRows) => T) => T;
  readonly onInsert: (position: number) => void;
  /** A row passes no longer, or all are filtered anew. */
  readonly onRestart: () => void;
  /** Something of it is different; also when nothing is that can be seen. */
  readonly onChange: () => void;
}

/** The rows of a stream that pass the filter, by a walk over all of them that goes on as they appear. */
export class FilteredRows {
  readonly rows: StreamRows;
  private readonly options: FilteredRowsOptions;
  private rowFilter: RowFilter;
  private cursor: StreamCursor = { events: 0, alerts: 0 };
  /** Rows that changed after the walk had come by, and may pass the filter now. */
  private readonly rechecks = new Set<RowRef>();
  private scanning: Promise<void> | undefined;
  private closed = false;

  constructor(options: FilteredRowsOptions) {
    this.options = options;
    this.rowFilter = options.filter;
    this.rows = new StreamRows((a, b) => options.index.compare(a, b));
  }

  get filter(): RowFilter {
    return this.rowFilter;
  }

  setFilter(filter: RowFilter): void {
    this.rowFilter = filter;
    this.restart();
  }

  /** A row appeared, or what it tells has changed. */
  rowChanged(ref: RowRef, isNew: boolean): void {
    if (!isNew && this.options.index.isBefore(ref, this.cursor)) this.rechecks.add(ref);
    this.advance();
    this.options.onChange();
  }

  /** Filters anew, from the first row on. */
  restart(): void {
    this.cursor = { events: 0, alerts: 0 };
    this.rechecks.clear();
    this.rows.clear();
    this.options.onRestart();
    this.advance();
    this.options.onChange();
  }

  /** Resolves when all rows that there are have been filtered. */
  async settle(): Promise<void> {
    await this.scanning;
  }

  close(): void {
    this.closed = true;
  }

  /** Takes in what the walk has not come by yet: at once where the index can tell, else from the file by and by. */
  private advance(): void {
    if (this.rowFilter.text !== '') {
      this.scanning ??= this.scan();
      return;
    }
    for (let ref = this.nextToCheck(); ref !== undefined; ref = this.nextToCheck()) this.judge(ref, true);
  }

  private async scan(): Promise<void> {
    // First of all `scanning` has to be set.
    await undefined;
    while (!this.closed && this.scanSome()) {
      this.options.onChange();
      await turn();
    }
    this.scanning = undefined;
    this.options.onChange();
  }

  /** True when there is more to do. The filter may be another one than at the call before. */
  private scanSome(): boolean {
    return this.options.withRows((stored) => {
      for (let count = 0; count < ROWS_PER_TURN && stored.bytesRead < BYTES_PER_TURN; count++) {
        const ref = this.nextToCheck();
        if (ref === undefined) return false;
        const isKind = passesKinds(this.rowFilter, this.options.index, ref);
        this.judge(ref, isKind && (this.rowFilter.text === '' || matchesText(this.rowFilter, stored.row(ref))));
      }
      return true;
    });
  }

  private nextToCheck(): RowRef | undefined {
    for (const ref of this.rechecks) {
      this.rechecks.delete(ref);
      return ref;
    }
    return this.options.index.next(this.cursor);
  }

  private judge(ref: RowRef, isText: boolean): void {
    const passes = isText && passesKinds(this.rowFilter, this.options.index, ref);
    const position = this.rows.positionOf(ref);
    if (passes && position === undefined) {
      this.options.onInsert(this.rows.insert(ref));
    } else if (!passes && position !== undefined) {
      this.rows.delete(position);
      this.options.onRestart();
    }
  }
}
