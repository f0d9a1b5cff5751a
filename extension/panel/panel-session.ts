import { randomInt } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { PriceBook } from '../../core/common/cost/cost.ts';
import {
  type HostMessage,
  MAX_ROWS_PER_REQUEST,
  type PanelHeader,
  type PanelRow,
  type RowDetail,
  type RowFilter,
} from '../../core/common/protocol/panel.ts';
import { matchesText, NO_FILTER, passesKinds } from '../../core/common/view/panel-filter.ts';
import type { RowRef, StreamCursor } from '../../core/common/view/stream-index.ts';
import { StreamRows } from '../../core/common/view/stream-rows.ts';
import { SessionStream } from '../../core/node/sessions/session-stream.ts';
import { type RowTarget, StoredRows } from '../../core/node/sessions/stored-rows.ts';

/** Between two messages about growth: two frames of a screen. */
const QUIET_MS = 33;
/** What is read from the file in one turn of the event loop. */
const BYTES_PER_TURN = 2 * 1024 * 1024;
const ROWS_PER_TURN = 300;

export interface PanelSessionOptions {
  /** Path of the store. */
  readonly store: string;
  readonly sessionId: string;
  readonly prices: PriceBook;
  readonly filter: RowFilter;
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
  private readonly visible: StreamRows;
  private rowFilter: RowFilter;
  private cursor: StreamCursor = { events: 0, alerts: 0 };
  /** Rows that changed after the walk had come by, and may pass the filter now. */
  private readonly rechecks = new Set<RowRef>();
  private scanning: Promise<void> | undefined;
  private generation = 1;
  private attached = false;
  private isOver = false;
  private closed = false;
  /** What the page was told last. */
  private told = { generation: 0, total: 0 };
  /** Rows the page has got that may still change. */
  private readonly unsettled = new Set<RowRef>();
  private readonly changed = new Set<RowRef>();
  private shiftedFrom = Number.POSITIVE_INFINITY;
  private dirty = false;
  private soon: NodeJS.Immediate | undefined;
  private quiet: NodeJS.Timeout | undefined;

  constructor(options: PanelSessionOptions) {
    this.options = options;
    this.rowFilter = options.filter;
    this.stream = new SessionStream({
      ...options,
      seed: randomInt(2 ** 32),
      onRow: (ref, isNew) => this.rowChanged(ref, isNew),
      onRestart: () => this.rebuild(),
    });
    const { index } = this.stream;
    this.visible = new StreamRows((a, b) => index.compare(a, b));
  }

  get filter(): RowFilter {
    return this.rowFilter;
  }

  get curve(): PanelHeader['curve'] {
    return this.stream.curve.curve;
  }

  /** Rows that pass the filter, as far as that is known. */
  get total(): number {
    return this.visible.length;
  }

  /** To be called when the files may have changed, beside what is noticed anyway. */
  look(): Promise<void> {
    return this.stream.look();
  }

  /** Resolves when all that is in the files now has been read and filtered. */
  async settle(): Promise<void> {
    await this.stream.look();
    await this.scanning;
  }

  /** A page appeared: it gets a `reset`, and from now on whatever changes. */
  attach(): void {
    this.attached = true;
    this.told = { generation: 0, total: 0 };
    this.dirty = true;
    this.flush();
  }

  /** The page is gone or does not listen. */
  detach(): void {
    this.attached = false;
    this.forgetPage();
  }

  close(): void {
    this.closed = true;
    this.detach();
    clearImmediate(this.soon);
    clearTimeout(this.quiet);
    this.stream.close();
  }

  /** Whether the agent's process is gone: calls that still run were interrupted then. */
  setOver(isOver: boolean): void {
    if (isOver === this.isOver) return;
    this.isOver = isOver;
    const { index } = this.stream;
    for (const ref of this.unsettled) if (index.status(ref) === 'running') this.changed.add(ref);
    this.flushSoon();
  }

  setFilter(filter: RowFilter): void {
    this.rowFilter = filter;
    this.rebuild();
  }

  /** Answers a request of the page; one for rows of another generation is dropped. */
  sendRows(generation: number, from: number, to: number): void {
    if (generation !== this.generation || !this.attached) return;
    const end = Math.min(to, this.visible.length, from + MAX_ROWS_PER_REQUEST);
    if (from >= end) return;
    const rows = this.read(from, end);
    this.options.post({ type: 'rows', generation, from, rows });
    // Long lines: the rest comes with the next turn.
    if (from + rows.length < end) setImmediate(() => this.sendRows(generation, from + rows.length, end));
  }

  /** The rows at positions `from` to `to` (exclusive), fewer when that is much to read, but at least one. */
  read(from: number, to: number): readonly PanelRow[] {
    const rows: PanelRow[] = [];
    this.withRows((stored) => {
      for (let position = from; position < to; position++) {
        const ref = this.visible.at(position);
        if (ref === undefined || (rows.length > 0 && stored.bytesRead > BYTES_PER_TURN)) return;
        rows.push(this.present(stored.row(ref)));
        if (this.attached && this.mayChange(ref)) this.unsettled.add(ref);
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
    if (this.visible.positionOf(ref) === undefined) this.setFilter(NO_FILTER);
    return this.sendReveal(id);
  }

  /** Tells where a row stands now, when it is there. */
  async locate(id: string): Promise<void> {
    const { generation } = this;
    await this.settle();
    if (generation === this.generation) this.sendReveal(id);
  }

  private sendReveal(id: string): boolean {
    const ref = this.stream.index.find(id);
    const position = ref === undefined ? undefined : this.visible.positionOf(ref);
    if (ref === undefined || position === undefined || !this.attached) return false;
    this.flush();
    const { generation } = this;
    this.options.post({ type: 'reveal', generation, position, id: this.stream.index.id(ref) });
    return true;
  }

  private rowChanged(ref: RowRef, isNew: boolean): void {
    if (!isNew && this.stream.index.isBefore(ref, this.cursor)) {
      this.rechecks.add(ref);
      if (this.unsettled.has(ref)) this.changed.add(ref);
    }
    this.advance();
    this.flushSoon();
  }

  /** Filters anew, from the first row on. */
  private rebuild(): void {
    this.cursor = { events: 0, alerts: 0 };
    this.rechecks.clear();
    this.visible.clear();
    this.forgetPage();
    this.generation += 1;
    this.advance();
    this.flushSoon();
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
      this.flushSoon();
      await turn();
    }
    this.scanning = undefined;
    this.flushSoon();
  }

  /** True when there is more to do. The filter may be another one than at the call before. */
  private scanSome(): boolean {
    return this.withRows((stored) => {
      for (let count = 0; count < ROWS_PER_TURN && stored.bytesRead < BYTES_PER_TURN; count++) {
        const ref = this.nextToCheck();
        if (ref === undefined) return false;
        const isKind = passesKinds(this.rowFilter, this.stream.index, ref);
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
    return this.stream.index.next(this.cursor);
  }

  private judge(ref: RowRef, isText: boolean): void {
    const passes = isText && passesKinds(this.rowFilter, this.stream.index, ref);
    const position = this.visible.positionOf(ref);
    if (passes && position === undefined) {
      const inserted = this.visible.insert(ref);
      if (inserted < this.told.total) this.shiftedFrom = Math.min(this.shiftedFrom, inserted);
    } else if (!passes && position !== undefined) {
      this.visible.delete(position);
      this.forgetPage();
      this.generation += 1;
    }
  }

  /** What happened to one of these since it was sent has to be sent too. */
  private mayChange(ref: RowRef): boolean {
    const { index } = this.stream;
    const status = index.status(ref);
    return status === 'running' || status === 'interrupted' || index.kind(ref) === 'request';
  }

  private present(row: PanelRow): PanelRow {
    return this.isOver && row.status === 'running' ? { ...row, status: 'interrupted' } : row;
  }

  private forgetPage(): void {
    this.unsettled.clear();
    this.changed.clear();
    this.shiftedFrom = Number.POSITIVE_INFINITY;
  }

  private flushSoon(): void {
    this.dirty = true;
    if (this.closed || !this.attached || this.quiet || this.soon) return;
    this.soon = setImmediate(() => {
      this.soon = undefined;
      this.flush();
    });
  }

  /** Tells the page what it does not know yet. */
  private flush(): void {
    if (!this.dirty || !this.attached || this.closed) return;
    this.dirty = false;
    this.tellPage();
    clearTimeout(this.quiet);
    this.quiet = setTimeout(() => {
      this.quiet = undefined;
      this.flush();
    }, QUIET_MS);
  }

  private tellPage(): void {
    const { post } = this.options;
    const total = this.visible.length;
    const before = this.told.total;
    // Too much has moved to be sent: the page fetches what it shows.
    if (before - this.shiftedFrom > MAX_ROWS_PER_REQUEST) {
      this.forgetPage();
      this.generation += 1;
    }
    const { generation } = this;
    const isReset = generation !== this.told.generation;
    this.told = { generation, total };
    if (isReset) {
      this.forgetPage();
      post({ type: 'reset', generation, total, filter: this.rowFilter });
      return;
    }
    if (total !== before) post({ type: 'grown', generation, total });
    const from = this.shiftedFrom;
    this.shiftedFrom = Number.POSITIVE_INFINITY;
    const positions = [...this.changed].flatMap((ref) => this.visible.positionOf(ref) ?? []);
    this.changed.clear();
    if (from < before) this.sendRows(generation, from, before);
    for (const [first, last] of runsOf(positions.filter((position) => position < from)))
      this.sendRows(generation, first, last + 1);
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

/** Numbers that follow each other, as first and last of each run; a run is no longer than one message may be. */
function runsOf(numbers: readonly number[]): readonly (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && number <= run[1] + 1 && number - run[0] < MAX_ROWS_PER_REQUEST) run[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}
