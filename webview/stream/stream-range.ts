import type { PageState } from '../state/page-state.ts';
import { ROW_HEIGHT, type RowLayout } from '../state/row-layout.ts';
import type { Span } from '../state/row-pages.ts';
import type { ScrollWish } from '../state/stream-state.ts';

/** Rows drawn beyond each edge of the viewport, so that a scrolled list is not empty until it is drawn again. */
const OVERSCAN = 8;
/** Rows come and go by so many at a time. */
const STEP = 8;

/** The rows to draw. Offsets and heights are CSS pixels of the list. */
export function drawnRows(layout: RowLayout, total: number, offset: number, viewHeight: number): Span {
  if (viewHeight <= 0) return { from: 0, to: 0 };
  const first = layout.positionAt(offset) - OVERSCAN;
  const last = layout.positionAt(offset + viewHeight) + 1 + OVERSCAN;
  return {
    from: Math.min(Math.max(0, Math.floor(first / STEP) * STEP), total),
    to: Math.min(Math.ceil(last / STEP) * STEP, total),
  };
}

/** Offset that fulfils the wish; may lie beyond the end. */
export function wishedOffset(wish: ScrollWish, layout: RowLayout, offset: number, viewHeight: number): number {
  const top = layout.topOf(wish.position);
  if (wish.align === 'top') return top + wish.pixels;
  // Of an open row at least the beginning of its detail.
  const height = Math.min(layout.topOf(wish.position + 1) - top, viewHeight);
  if (wish.align === 'center') return Math.max(0, top - (viewHeight - Math.min(height, viewHeight / 2)) / 2);
  if (top < offset) return top;
  return Math.max(offset, Math.min(top, top + height - viewHeight));
}

/** See `StreamState.anchor`. */
export function anchorAt(layout: RowLayout, offset: number): PageState['anchor'] {
  const position = layout.positionAt(offset);
  return { position, pixels: Math.round(offset - layout.topOf(position)) };
}

/** Rows that a key for a page moves by: one stays in sight. */
export function pageStep(viewHeight: number): number {
  return Math.max(1, Math.floor(viewHeight / ROW_HEIGHT) - 1);
}
