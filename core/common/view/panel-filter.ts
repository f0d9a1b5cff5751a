import type { PanelRow, RowFilter } from '../protocol/panel.ts';
import type { RowRef, StreamIndex } from './stream-index.ts';

/** Everything passes. */
export const NO_FILTER: RowFilter = { kinds: [], text: '', errorsOnly: false };

/** Whether a row passes all of a filter but its text, which the index does not have. */
export function passesKinds(filter: RowFilter, index: StreamIndex, ref: RowRef): boolean {
  const kind = index.kind(ref);
  if (filter.kinds.length > 0 && !filter.kinds.includes(kind)) return false;
  return !filter.errorsOnly || kind === 'error' || index.status(ref) === 'failed';
}

/** Whether the filter's text is in what the row shows, whatever its case. */
export function matchesText({ text }: RowFilter, row: PanelRow): boolean {
  const wanted = text.toLowerCase();
  return [row.title, row.text, row.path ?? ''].some((shown) => shown.toLowerCase().includes(wanted));
}
