import type { RefObject } from 'preact';
import { useCallback } from 'preact/hooks';
import type { PanelState } from '../state/panel-state.ts';
import { pageStep } from './stream-range.ts';

type KeyListener = (event: KeyboardEvent) => void;

/** The keys of the editor's own trees, and those of the row's buttons. Keys within a detail are the detail's. */
export function useStreamKeys(panel: PanelState, element: RefObject<HTMLElement | null>): KeyListener {
  return useCallback(
    (event) => {
      const { stream } = panel;
      const { layout } = stream;
      const active = stream.active.peek();
      if (event.key === 'Escape') {
        if (active && layout.isOpen(active.position)) stream.close(active.position);
        else stream.clearActive();
        element.current?.focus();
        return;
      }
      if (event.target !== event.currentTarget || event.altKey) return;
      const total = stream.total.peek();
      // Where there is no active row, the first step makes one of those in sight.
      const shown = stream.following.peek() ? total - 1 : stream.anchor.position;
      const step = (by: number) => stream.activate(active ? active.position + by : shown);
      const page = pageStep(element.current?.clientHeight ?? 0);
      const isOpen = active !== null && layout.isOpen(active.position);
      const keys: Record<string, () => void> = {
        ArrowDown: () => step(1),
        ArrowUp: () => step(-1),
        PageDown: () => step(page),
        PageUp: () => step(-page),
        Home: () => stream.activate(0),
        End: () => {
          stream.activate(total - 1);
          stream.follow();
        },
        Enter: () => {
          if (!active) return;
          if (event.ctrlKey || event.metaKey) panel.post({ type: 'openFile', id: active.id });
          else stream.toggle(active.position);
        },
        ' ': () => active && stream.toggle(active.position),
        ArrowRight: () => active && !isOpen && stream.toggle(active.position),
        ArrowLeft: () => active && isOpen && stream.close(active.position),
      };
      const act = keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    },
    [panel, element],
  );
}
