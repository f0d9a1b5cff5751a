import { type Signal, useSignal } from '@preact/signals';
import { useCallback } from 'preact/hooks';
import { clickedAnswer } from '../asks/answer-buttons.tsx';
import type { PanelState } from '../state/panel-state.ts';

export interface StreamPointer {
  /** Position under the pointer; -1 for none. */
  readonly hovered: Signal<number>;
  readonly onClick: (event: MouseEvent) => void;
  readonly onPointerOver: (event: PointerEvent) => void;
  readonly onPointerLeave: () => void;
}

/** One listener for all rows: what was meant is written on the elements (`data-position`, `data-action`). */
export function useStreamPointer(panel: PanelState): StreamPointer {
  const hovered = useSignal(-1);
  const onClick = useCallback(
    (event: MouseEvent) => {
      const target = event.target as Element;
      const row = target.closest<HTMLElement>('[data-position]');
      if (!row) return;
      const position = Number(row.dataset['position']);
      const { stream } = panel;
      const { id, asked } = stream.row(position) ?? {};
      const answer = clickedAnswer(event);
      if (answer && asked !== undefined) panel.post({ type: 'answer', id: asked, answer });
      if (target.closest('[data-answer]')) return;
      const action = target.closest<HTMLElement>('[data-action]');
      if (action) {
        const subagent = action.dataset['subagent'];
        if (action.dataset['action'] === 'session' && subagent) panel.post({ type: 'selectSession', id: subagent });
        else if (action.dataset['action'] === 'file' && id) panel.post({ type: 'openFile', id });
        else if (action.dataset['action'] === 'link' && id) panel.post({ type: 'copyLink', id });
        return;
      }
      if (target.closest('.detail')) return;
      // Text that has just been selected is to be copied.
      if (getSelection()?.isCollapsed === false) return;
      stream.activate(position, undefined);
      stream.toggle(position);
    },
    [panel],
  );
  const onPointerOver = useCallback(
    (event: PointerEvent) => {
      const row = (event.target as Element).closest<HTMLElement>('[data-position]');
      hovered.value = row ? Number(row.dataset['position']) : -1;
    },
    [hovered],
  );
  const onPointerLeave = useCallback(() => {
    hovered.value = -1;
  }, [hovered]);
  return { hovered, onClick, onPointerOver, onPointerLeave };
}
