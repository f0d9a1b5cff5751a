import { signal } from '@preact/signals';
import type { RowFilter } from '../../core/common/protocol/panel.ts';

/** No filter: everything is shown. */
export const NO_FILTER: RowFilter = { kinds: [], text: '', errorsOnly: false };

/** Milliseconds after the last key of a search. */
const DELAY_MS = 150;

/** The filter that the user wants, and the one that the rows were chosen by. */
export class StreamFilter {
  readonly wanted = signal<RowFilter>(NO_FILTER);
  readonly applied = signal<RowFilter>(NO_FILTER);
  private readonly ask: (filter: RowFilter) => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked: RowFilter | undefined;

  /** `ask`: has the host choose the rows anew. */
  constructor(ask: (filter: RowFilter) => void) {
    this.ask = ask;
  }

  set(filter: RowFilter): void {
    this.wanted.value = filter;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), DELAY_MS);
  }

  /** The rows are those that pass this filter. */
  apply(filter: RowFilter): void {
    this.applied.value = filter;
    if (this.asked && sameFilter(this.asked, filter)) this.asked = undefined;
  }

  /** The host's filter is shown unless it has yet to hear of the user's. */
  adopt(): void {
    if (this.timer === undefined && this.asked === undefined) this.wanted.value = this.applied.value;
  }

  /** Asks now for what the user wants. */
  send(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const wanted = this.wanted.value;
    if (sameFilter(wanted, this.asked ?? this.applied.value)) return;
    this.asked = wanted;
    this.ask(wanted);
  }
}

export function sameFilter(a: RowFilter, b: RowFilter): boolean {
  return (
    a.text === b.text && a.errorsOnly === b.errorsOnly && [...a.kinds].sort().join() === [...b.kinds].sort().join()
  );
}
