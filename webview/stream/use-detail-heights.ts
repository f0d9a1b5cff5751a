import { useLayoutEffect, useMemo } from 'preact/hooks';
import type { StreamState } from '../state/stream-state.ts';

/** Gives a `ref` for the details of open rows: their heights are told to the layout whenever they change. */
export function useDetailHeights(
  stream: StreamState,
  grow: (position: number, growth: number) => void,
): (position: number, detail: Element | null) => void {
  const { observer, observed } = useMemo(() => {
    const observed = new Map<number, Element>();
    const observer = new ResizeObserver((entries) => {
      for (const { target, borderBoxSize } of entries) {
        if (!target.isConnected) continue;
        const position = Number((target as HTMLElement).dataset['detailOf']);
        const growth = stream.measured(position, Math.ceil(borderBoxSize[0]?.blockSize ?? 0));
        if (growth !== 0) grow(position, growth);
      }
    });
    return { observer, observed };
  }, [stream, grow]);
  useLayoutEffect(() => () => observer.disconnect(), [observer]);
  return useMemo(
    () => (position, detail) => {
      const before = observed.get(position);
      if (before) observer.unobserve(before);
      observed.delete(position);
      if (!detail) return;
      observed.set(position, detail);
      observer.observe(detail);
    },
    [observer, observed],
  );
}
