import { randomInt } from 'node:crypto';
import type { PriceBook } from '../../core/common/cost/cost.ts';
import type {
  HostMessage,
  PanelHeader,
  PanelRow,
  RowDetail,
  RowFilter,
  RowStatus,
} from '../../core/common/protocol/panel.ts';
import { NO_FILTER } from '../../core/common/view/panel-filter.ts';
import type { RowRef } from '../../core/common/view/stream-index.ts';
import type { SessionEnd } from '../../core/node/sessions/session-end.ts';
import { SessionStream, type SessionStreamOptions } from '../../core/node/sessions/session-stream.ts';
import { type RowTarget, StoredRows } from '../../core/node/sessions/stored-rows.ts';
import { FilteredRows } from './filtered-rows.ts';
import { PageUpdates } from './page-updates.ts';

/** What is read from the file in one turn of the event loop. */
const BYTES_PER_TURN = 2 * 1024 * 1024;

export interface PanelSessionOptions {
  /** Path of the store. */
  readonly store: string;
  readonly sessionId: string;
  readonly prices: PriceBook;
  readonly filter: RowFilter;
  /** Larger than any generation the page has seen. */
  readonly generation: number;
  /** Only these events and what comes after them; from the first on when left out. */
  readonly end?: SessionEnd | undefined;
  /** See `SessionStreamOptions`. */
  readonly readAlong?: SessionStreamOptions['readAlong'];
  /** Everything about rows: all messages but `state`. */
  readonly post: (message: HostMessage) => void;
  readonly onIssue: (message: string) => void;
}

/**
 * The stream of one session as a page sees it: the rows that pass the filter, by position. What the page knows is made
 * good by messages whatever happens to the files; what a page gets that comes late is what one had that was there.
 */
export class PanelSession {
  private readonly options: PanelSessionOptions;
  private readonly stream: SessionStream;
  private readonly visible: FilteredRows;
  private readonly updates: PageUpdates;
  private isOver = false;
  private isWatched = false;
  /** See `AskedCall`. */
  private asked: ReadonlySet<string> = new Set();
  private closed = false;

  constructor(options: PanelSessionOptions) {
    this.options = options;
    this.stream = new SessionStream({
      ...options,
      seed: randomInt(2 ** 32),
      onRow: (ref, isNew) => this.rowChanged(ref, isNew),
      onRestart: () => this.visible.restart(),
    });
    const { index } = this.stream;
    this.visible = new FilteredRows({
      index,
      filter: options.filter,
      withRows: (use) => this.withRows(use),
      onInsert: (position) => this.updates.inserted(position),
      onRestart: () => this.updates.restart(),
      onChange: () => this.updates.flushSoon(),
    });
    this.updates = new PageUpdates({
      rows: this.visible.rows,
      generation: options.generation,
      filter: () => this.visible.filter,
      read: (from, to) => this.read(from, to),
      post: options.post,
    });
  }

  /** Grows with every reset. */
  get lastGeneration(): number {
    return this.updates.generation;
  }

  get filter(): RowFilter {
    return this.visible.filter;
  }

  get curve(): PanelHeader['curve'] {
    return this.stream.curve.curve;
  }

  /** Rows that pass the filter, as far as that is known. */
  get total(): number {
    return this.visible.rows.length;
  }

  /** To be called when the files may have changed, beside what is noticed anyway. */
  look(): Promise<void> {
    return this.stream.look();
  }

  /** Resolves when all that is in the files now has been read and filtered. */
  async settle(): Promise<void> {
    await this.stream.look();
    await this.visible.settle();
  }

  /** Share of the events that has been read, 0 to 1. */
  get readShare(): number {
    return this.stream.readShare;
  }

  /** A page appeared, which has seen generations below this one: it gets a `reset`, and from now on whatever changes. */
  attach(generation = 0): void {
    this.updates.attach(generation);
  }

  /** The page is gone or does not listen. */
  detach(): void {
    this.updates.detach();
  }

  close(): void {
    this.closed = true;
    this.visible.close();
    this.detach();
    this.stream.close();
  }

  /** Whether the agent's process is gone: calls that still run were interrupted then. */
  setOver(isOver: boolean): void {
    if (isOver === this.isOver) return;
    this.isOver = isOver;
    this.statusChanged('running');
  }

  /** The calls that wait for an answer, by their ids: what else the store calls held is so no longer. */
  setAsked(ids: readonly string[]): void {
    if (ids.length === this.asked.size && ids.every((id) => this.asked.has(id))) return;
    this.asked = new Set(ids);
    this.statusChanged('held');
  }

  /** Whether a watcher runs: where none does nobody holds calls, whatever the store says. */
  setWatched(isWatched: boolean): void {
    if (isWatched === this.isWatched) return;
    this.isWatched = isWatched;
    this.statusChanged('held');
  }

  /** Draws its cost by the prices of now. */
  reprice(): void {
    this.stream.curve.reprice();
  }

  setFilter(filter: RowFilter): void {
    this.visible.setFilter(filter);
  }

  /** Answers a request of the page; one for rows of another generation is dropped. */
  sendRows(generation: number, from: number, to: number): void {
    this.updates.sendRows(generation, from, to);
  }

  /** The rows at positions `from` to `to` (exclusive), fewer when that is much to read, but at least one. */
  read(from: number, to: number): readonly PanelRow[] {
    const rows: PanelRow[] = [];
    this.withRows((stored) => {
      for (let position = from; position < to; position++) {
        const ref = this.visible.rows.at(position);
        if (ref === undefined || (rows.length > 0 && stored.bytesRead > BYTES_PER_TURN)) return;
        rows.push(this.present(stored.row(ref)));
        if (this.mayChange(ref)) this.updates.sent(ref);
      }
    });
    return rows;
  }

  /** Undefined when there is no such row. */
  detail(id: string): RowDetail | undefined {
    const ref = this.stream.index.find(id);
    return ref === undefined ? undefined : this.withRows((stored) => stored.detail(ref));
  }

  /** The file that a row is about. */
  target(id: string): RowTarget | undefined {
    const ref = this.stream.index.find(id);
    return ref === undefined ? undefined : this.withRows((stored) => stored.target(ref));
  }

  /** Directory that paths of the session are relative to. */
  get workspace(): string | undefined {
    return this.stream.index.workspace;
  }

  /** Has the page scroll to an event, without the filter when that hides it. False when there is no such event. */
  async reveal(id: string): Promise<boolean> {
    await this.settle();
    const ref = this.stream.index.find(id);
    if (ref === undefined || this.closed) return false;
    if (this.visible.rows.positionOf(ref) === undefined) this.setFilter(NO_FILTER);
    return this.updates.reveal(ref, this.stream.index.id(ref));
  }

  /** Tells where a row stands now, when it is there. */
  async locate(id: string): Promise<void> {
    const { generation } = this.updates;
    await this.settle();
    const ref = this.stream.index.find(id);
    if (ref !== undefined && generation === this.updates.generation)
      this.updates.reveal(ref, this.stream.index.id(ref));
  }

  /** Rows with this status are to be shown otherwise than before. */
  private statusChanged(status: RowStatus): void {
    const { index } = this.stream;
    this.updates.rowsChanged((ref) => index.status(ref) === status);
    this.updates.flushSoon();
  }

  private rowChanged(ref: RowRef, isNew: boolean): void {
    if (!isNew) this.updates.rowChanged(ref);
    this.visible.rowChanged(ref, isNew);
  }

  /** What happened to one of these since it was sent has to be sent too. */
  private mayChange(ref: RowRef): boolean {
    const { index } = this.stream;
    const status = index.status(ref);
    if (index.kind(ref) === 'request' || index.kind(ref) === 'rule') return true;
    return status === 'running' || status === 'interrupted';
  }

  private present(row: PanelRow): PanelRow {
    const { asked, ...others } = row;
    const isHeld = asked === undefined ? this.isWatched : this.asked.has(asked);
    if (row.status === 'held' && !isHeld) return { ...others, status: 'interrupted' };
    return this.isOver && row.status === 'running' ? { ...row, status: 'interrupted' } : row;
  }

  private withRows<T>(use: (stored: StoredRows) => T): T {
    const { store, sessionId } = this.options;
    const stored = new StoredRows({ store, sessionId, index: this.stream.index });
    try {
      return use(stored);
    } finally {
      stored.close();
      if (stored.isStale && !this.closed) void this.stream.look();
    }
  }
}
