import type { RefObject } from 'preact';
import { useCallback, useLayoutEffect, useReducer, useRef } from 'preact/hooks';
import type { PanelState } from '../state/panel-state.ts';
import { ROW_HEIGHT } from '../state/row-layout.ts';
import { PAGE_ROWS, type Span } from '../state/row-pages.ts';
import { ScrollScale } from './scroll-scale.ts';
import { anchorAt, drawnRows, wishedOffset } from './stream-range.ts';
import { useVirtualPages, type VirtualPages } from './use-virtual-pages.ts';

/** While the list is scrolled, milliseconds between two looks at which rows have to be fetched. */
const FETCH_EVERY_MS = 50;

export interface Scrolling {
  /** Rows to draw. */
  readonly rows: Span;
  /** Height of the scrolled element and the place of a row in it, CSS pixels. */
  readonly height: number;
  topOf(position: number): number;
  /** To be called when an open row has another height than was thought. */
  grow(position: number, growth: number): void;
}

/**
 * Where the list stands: it goes where it is wished to, else to the end while that is followed, else where the user
 * scrolls it. Following ends when the user scrolls up, and begins again at the end.
 */
export function useScrolling(panel: PanelState, element: RefObject<HTMLElement | null>): Scrolling {
  const { stream } = panel;
  const { layout } = stream;
  const total = stream.total.value;
  const following = stream.following.value;
  const wish = stream.wish.value;
  const version = stream.version.value;
  const [, render] = useReducer((count: number) => count + 1, 0);
  const scale = useRef<ScrollScale>(undefined);
  scale.current ??= new ScrollScale();
  const { current: scaled } = scale;
  const pagesRef = useRef<VirtualPages>(undefined);
  /** The element's `scrollTop` as it was seen last, and as it was set here. `viewHeight`: for which it was drawn. */
  const last = useRef({ scrollTop: 0, own: -1, viewHeight: 0, rows: { from: 0, to: 0 } });

  const onMove = useCallback(() => {
    const view = element.current;
    const pages = pagesRef.current;
    if (!view || !pages) return;
    const { scrollTop, own, viewHeight, rows } = last.current;
    const atEnd = view.scrollTop + view.clientHeight >= view.scrollHeight - 2;
    if (Math.abs(view.scrollTop - own) >= 1.5) {
      last.current.own = -1;
      if (view.scrollTop < scrollTop - 1 && !atEnd) stream.unfollow();
      else if (view.scrollTop > scrollTop && atEnd) stream.follow();
    }
    last.current.scrollTop = view.scrollTop;
    const offset = pages.scrollOffset ?? 0;
    stream.anchor = anchorAt(layout, offset);
    panel.saveSoon();
    const now = drawnRows(layout, stream.total.peek(), offset, view.clientHeight);
    // In a view of another height the end, which may be followed, is elsewhere.
    const isResized = pages.scrollRect?.height !== viewHeight;
    if (isResized || scaled.ratio !== 1 || now.from !== rows.from || now.to !== rows.to) render(undefined);
  }, [panel, stream, layout, element, scaled]);

  const pages = useVirtualPages({
    element,
    count: Math.ceil(total / PAGE_ROWS),
    heightOf: (page) => layout.topOf(Math.min((page + 1) * PAGE_ROWS, total)) - layout.topOf(page * PAGE_ROWS),
    revision: `${total} ${version}`,
    scale: scaled,
    onMove,
  });
  pagesRef.current = pages;

  const viewHeight = pages.scrollRect?.height ?? 0;
  const listHeight = layout.topOf(total);
  const end = Math.max(0, listHeight - viewHeight);
  scaled.set(listHeight, viewHeight);
  // Drawn as it will be once it is scrolled there, so that nothing flashes.
  if (wish) pages.scrollOffset = Math.min(end, wishedOffset(wish, layout, pages.scrollOffset ?? 0, viewHeight));
  else if (following) pages.scrollOffset = end;
  const offset = pages.scrollOffset ?? 0;
  const rows = drawnRows(layout, total, offset, viewHeight);
  last.current.rows = rows;
  last.current.viewHeight = viewHeight;

  const scrollTo = useCallback(
    (offset: number) => {
      const view = element.current;
      const pages = pagesRef.current;
      if (!view || !pages) return;
      pages.scrollOffset = offset;
      view.scrollTop = scaled.toElement(offset);
      last.current.own = view.scrollTop;
      last.current.scrollTop = view.scrollTop;
      stream.anchor = anchorAt(layout, offset);
    },
    [stream, layout, element, scaled],
  );
  useLayoutEffect(() => {
    // A list without height, in a view that is folded up, can be scrolled nowhere yet.
    if (viewHeight === 0 || !(wish || following)) return;
    scrollTo(offset);
    if (wish) stream.wish.value = null;
  });
  const grow = useCallback(
    (position: number, growth: number) => {
      const offset = pagesRef.current?.scrollOffset ?? 0;
      // What grows above must not push away what is being read.
      if (stream.following.peek() || layout.topOf(position) + ROW_HEIGHT >= offset) return;
      stream.wish.value = { align: 'top', ...anchorAt(layout, offset + growth) };
    },
    [stream, layout],
  );
  useFetching(panel, pages);

  const shift = scaled.toElement(offset) - offset;
  return { rows, height: scaled.height, grow, topOf: (position) => Math.round(layout.topOf(position) + shift) };
}

/** Asks for the rows of the pages in sight: at once, but while the list is scrolled not with every frame. */
function useFetching({ stream }: PanelState, pages: VirtualPages): void {
  const items = pages.getVirtualItems();
  const from = (items[0]?.index ?? 0) * PAGE_ROWS;
  const to = ((items.at(-1)?.index ?? 0) + 1) * PAGE_ROWS;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const latest = useRef({ from, to });
  latest.current = { from, to };
  useLayoutEffect(() => {
    if (timer.current !== undefined) return;
    stream.show({ from, to });
    if (!pages.isScrolling) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      stream.show(latest.current);
    }, FETCH_EVERY_MS);
  }, [stream, pages, from, to]);
  useLayoutEffect(() => () => clearTimeout(timer.current), []);
}
