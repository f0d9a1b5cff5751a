import { batch, computed, signal } from '@preact/signals';
import type { HostMessage, PageMessage, PanelRow, RowDetail } from '../../core/common/protocol/panel.ts';
import { OpenDetails } from './open-details.ts';
import type { PageState, PlacedRow } from './page-state.ts';
import { RowLayout } from './row-layout.ts';
import { PAGE_ROWS, RowPages, type Span } from './row-pages.ts';
import { StreamFilter, sameFilter } from './stream-filter.ts';

type MessageOf<T extends HostMessage['type']> = Extract<HostMessage, { readonly type: T }>;

/** A place to scroll to, made anew for each wish. */
export interface ScrollWish {
  /** `top` counts `pixels` of the row as above the edge; `nearest` moves no further than needed. */
  readonly align: 'nearest' | 'center' | 'top';
  readonly position: number;
  readonly pixels: number;
}

/**
 * The stream as the page shows it: which rows there are, which are kept, open and active, and whether the end is
 * followed. While it is, new rows are counted in only once they have arrived, so that no gap flashes at the end.
 */
export class StreamState {
  /** Rows that there are to the list. */
  readonly total = signal(0);
  readonly following = signal(true);
  readonly filter: StreamFilter;
  readonly active = signal<PlacedRow | null>(null);
  readonly wish = signal<ScrollWish | null>(null);
  /** Id of the row that a link led to. */
  readonly revealed = signal<string | null>(null);
  /** Grows when rows, details or heights have changed. */
  readonly version = signal(0);
  readonly newRows = computed(() => (this.following.value ? 0 : Math.max(0, this.total.value - this.seen.value)));
  /** False until the host has said how many rows there are. */
  readonly started = signal(false);
  /** Whether the host has no row that passes the filter. */
  readonly isEmpty = computed(() => this.started.value && this.known.value === 0);
  readonly layout = new RowLayout();
  /** The row at the upper edge, kept by the list. */
  anchor: PageState['anchor'] = { position: 0, pixels: 0 };

  private readonly post: (message: PageMessage) => void;
  private readonly pages = new RowPages();
  private readonly details: OpenDetails;
  private readonly seen = signal(0);
  private sessionId = '';
  private generation = 0;
  /** Rows that the host has; `total` follows. */
  private readonly known = signal(0);
  private window: Span = { from: 0, to: PAGE_ROWS };
  private located: string | undefined;
  /** Row that the user has just opened: once its height is known it is brought into sight. */
  private unfolding: number | undefined;
  private restorable: PageState | undefined;

  constructor(post: (message: PageMessage) => void, restored: PageState | undefined) {
    this.post = post;
    this.restorable = restored;
    this.filter = new StreamFilter((filter) => post({ type: 'setFilter', filter }));
    this.details = new OpenDetails(this.layout, (id) => post({ type: 'getDetail', id }));
    if (restored) this.filter.wanted.value = restored.filter;
  }

  get seenRows(): number {
    return this.following.value ? this.total.value : this.seen.value;
  }

  row(position: number): PanelRow | undefined {
    return this.pages.get(position);
  }

  detail(id: string): RowDetail | undefined {
    return this.details.get(id);
  }

  reset({ generation, total, filter, rows }: MessageOf<'reset'>, sessionId: string): void {
    batch(() => {
      const restored = this.restorable;
      this.restorable = undefined;
      const sameSession = this.started.value && this.sessionId === sessionId;
      const located = sameSession ? this.readRow() : undefined;
      this.sessionId = sessionId;
      this.generation = generation;
      this.forgetRows();
      this.known.value = total;
      this.filter.apply(filter);
      this.started.value = true;
      if (restored && !sameFilter(restored.filter, filter)) {
        // The host starts with its own filter: ask for the one that was shown, and restore then.
        this.restorable = restored;
        this.filter.send();
        return;
      }
      if (restored && restored.sessionId === sessionId && restored.seen <= total) {
        this.restore(restored);
        return;
      }
      this.filter.adopt();
      this.following.value = true;
      this.take(total - rows.length, rows);
      if (total === 0) this.total.value = 0;
      if (located) {
        this.located = located;
        this.post({ type: 'locate', id: located });
      }
    });
  }

  grown({ generation, total, rows }: MessageOf<'grown'>): void {
    if (generation !== this.generation) return;
    this.known.value = Math.max(this.known.value, total);
    if (!this.following.value) this.total.value = this.known.value;
    this.take(total - rows.length, rows);
  }

  arrived({ generation, from, rows }: MessageOf<'rows'>): void {
    if (generation !== this.generation) return;
    batch(() => {
      this.pages.put(from, rows);
      for (const [index, row] of rows.entries()) this.check(from + index, row);
      const end = Math.min(from + rows.length, this.known.value);
      if (this.following.value && end > this.total.value && from <= this.known.value) this.total.value = end;
      this.version.value++;
    });
    this.fetch();
  }

  detailed({ detail }: MessageOf<'detail'>): void {
    if (this.details.put(detail)) this.version.value++;
  }

  reveal({ generation, position, id }: MessageOf<'reveal'>): void {
    if (generation !== this.generation) return;
    batch(() => {
      this.unfollow();
      this.total.value = this.known.value;
      this.active.value = { position, id };
      this.wish.value = { align: 'center', position, pixels: 0 };
      if (this.located === id) {
        this.located = undefined;
        return;
      }
      this.revealed.value = id;
      if (!this.layout.isOpen(position)) this.open({ position, id });
    });
  }

  /** The list shows these rows; what lies around is fetched, the rest forgotten. */
  show(window: Span): void {
    this.window = window;
    this.fetch();
  }

  follow(): void {
    batch(() => {
      this.following.value = true;
      this.wish.value = null;
    });
    this.fetch();
  }

  unfollow(): void {
    if (!this.following.value) return;
    batch(() => {
      this.seen.value = this.total.value === 0 ? this.known.value : this.total.value;
      this.following.value = false;
      this.total.value = this.known.value;
    });
  }

  activate(position: number, align: ScrollWish['align'] | undefined = 'nearest'): void {
    if (this.total.value === 0) return;
    const place = Math.min(Math.max(0, position), this.total.value - 1);
    batch(() => {
      if (place < this.total.value - 1) this.unfollow();
      this.active.value = { position: place, id: this.row(place)?.id ?? '' };
      if (align) this.wish.value = { align, position: place, pixels: 0 };
    });
  }

  clearActive(): void {
    this.active.value = null;
  }

  toggle(position: number): void {
    const row = this.row(position);
    if (this.layout.isOpen(position)) this.close(position);
    else if (row && row.id !== '') {
      this.open({ position, id: row.id });
      this.unfolding = position;
    }
  }

  close(position: number): void {
    this.details.close(position);
    this.version.value++;
  }

  /** Gives the growth of the row; see `RowLayout.measured`. */
  measured(position: number, height: number): number {
    const growth = this.layout.measured(position, height);
    if (growth !== 0) this.version.value++;
    if (this.unfolding === position) {
      this.unfolding = undefined;
      this.wish.value = { align: 'nearest', position, pixels: 0 };
    }
    return growth;
  }

  private open(row: PlacedRow): void {
    // What is being read must not be carried away by new rows.
    this.unfollow();
    this.details.open(row);
    this.version.value++;
  }

  /** A row that was known by its place only turns out to be another one, or has changed. */
  private check(position: number, row: PanelRow): void {
    this.details.check(position, row.id);
    const active = this.active.value;
    if (active?.position === position && active.id !== row.id) this.active.value = { position, id: row.id };
  }

  private restore(state: PageState): void {
    this.following.value = state.following;
    this.active.value = state.active;
    for (const row of state.open) this.details.open(row, row.height);
    if (!state.following) {
      this.seen.value = state.seen;
      this.total.value = this.known.value;
      this.anchor = state.anchor;
      this.wish.value = { align: 'top', ...state.anchor };
    }
    this.fetch();
  }

  /** The row that the user reads: the active one, or away from the end that at the upper edge. */
  private readRow(): string | undefined {
    const id = this.active.value?.id || (this.following.value ? '' : this.row(this.anchor.position)?.id);
    return id || undefined;
  }

  /** Takes rows that came without having been asked for, and asks for what else is in sight. */
  private take(from: number, rows: readonly PanelRow[]): void {
    this.pages.given({ from, to: from + rows.length });
    this.fetch();
    if (rows.length > 0) this.arrived({ type: 'rows', generation: this.generation, from, rows });
  }

  private fetch(): void {
    // What is in sight at the end, whatever the list shows until it has arrived.
    const height = Math.max(this.window.to - this.window.from, PAGE_ROWS);
    const window = this.following.value ? { from: this.known.value - height, to: this.known.value } : this.window;
    for (const span of this.pages.want(window, this.known.value))
      this.post({ type: 'getRows', generation: this.generation, ...span });
  }

  private forgetRows(): void {
    this.pages.clear();
    this.details.closeAll();
    this.active.value = null;
    this.revealed.value = null;
    this.wish.value = null;
    this.located = undefined;
    this.total.value = 0;
    this.version.value++;
  }
}
