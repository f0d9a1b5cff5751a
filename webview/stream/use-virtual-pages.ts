import { observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { ScrollScale } from './scroll-scale.ts';

export interface VirtualPagesOptions {
  readonly element: RefObject<HTMLElement | null>;
  /** Number of pages. */
  readonly count: number;
  /** CSS pixels. */
  readonly heightOf: (page: number) => number;
  /** Another value whenever a page may have another height. */
  readonly revision: unknown;
  readonly scale: ScrollScale;
  /** The list was scrolled, or has another size. */
  readonly onMove: () => void;
}

export type VirtualPages = Virtualizer<HTMLElement, HTMLElement>;

/**
 * Binds TanStack Virtual to a list of pages of rows. Pages, not rows: it lays all items out anew whenever one is added,
 * which for hundreds of thousands of rows, many times a second, costs too much. Offsets are those of the list.
 */
export function useVirtualPages(options: VirtualPagesOptions): VirtualPages {
  const { element, count, heightOf, revision, scale, onMove } = options;
  // A new function for the same keys makes it ask for all heights again.
  const getItemKey = useMemo(() => (index: number) => index, [revision]);
  const current: VirtualPages['options'] | Parameters<VirtualPages['setOptions']>[0] = {
    count,
    estimateSize: heightOf,
    getItemKey,
    overscan: 1,
    getScrollElement: () => element.current,
    observeElementRect: (instance, changed) =>
      observeElementRect(instance, (rect) => {
        changed(rect);
        onMove();
      }),
    observeElementOffset: (instance, changed) =>
      observeElementOffset(instance, (scrollTop, isScrolling) => {
        changed(scale.toList(scrollTop), isScrolling);
        onMove();
      }),
    scrollToFn: (offset, { adjustments = 0 }, { scrollElement }) => {
      if (scrollElement) scrollElement.scrollTop = scale.toElement(offset + adjustments);
    },
  };
  const [pages] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(current));
  pages.setOptions(current);
  useLayoutEffect(() => pages._didMount(), [pages]);
  useLayoutEffect(() => pages._willUpdate());
  return pages;
}
