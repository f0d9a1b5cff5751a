import { useRef } from 'preact/hooks';
import type { AskedCall } from '../../core/common/protocol/panel.ts';
import type { PanelState } from '../state/panel-state.ts';
import { RowView, rowElementId } from './row.tsx';
import { useDetailHeights } from './use-detail-heights.ts';
import { useRowKeys } from './use-row-keys.ts';
import { useScrolling } from './use-scrolling.ts';
import { useStreamKeys } from './use-stream-keys.ts';
import { useStreamPointer } from './use-stream-pointer.ts';

const NONE: readonly AskedCall[] = [];

/** The list of rows, of which only those in sight are drawn. It keeps the focus; the active row is told by its id. */
export function Stream({ panel }: { readonly panel: PanelState }) {
  const { stream } = panel;
  const element = useRef<HTMLDivElement>(null);
  const { rows, height, topOf, grow } = useScrolling(panel, element);
  const observe = useDetailHeights(stream, grow);
  const onKeyDown = useStreamKeys(panel, element);
  const { hovered, onClick, onPointerOver, onPointerLeave } = useStreamPointer(panel);
  const total = stream.total.value;
  const active = stream.active.value;
  const revealed = stream.revealed.value;
  const asked = panel.header.value?.asked ?? NONE;

  const isDrawn = (position: number) => position >= rows.from && position < rows.to;
  // The detail of the active row may hold the focus: it stays, wherever the list is scrolled.
  const isPinned =
    active !== null && active.position < total && !isDrawn(active.position) && stream.layout.isOpen(active.position);
  const keyOf = useRowKeys(rows);
  const rowAt = (position: number) => {
    const row = stream.row(position);
    const isOpen = stream.layout.isOpen(position);
    return (
      <RowView
        key={keyOf(position)}
        position={position}
        row={row}
        ask={row?.asked === undefined ? undefined : asked.find(({ id }) => id === row.asked)}
        detail={isOpen && row ? stream.detail(row.id) : undefined}
        isOpen={isOpen}
        detailHeight={isOpen && !(row && stream.detail(row.id)) ? stream.layout.detailHeight(position) : 0}
        isActive={active?.position === position}
        isRevealed={row !== undefined && row.id === revealed}
        hovered={hovered}
        clock={panel.clock}
        observe={observe}
      />
    );
  };
  const positions = Array.from({ length: rows.to - rows.from }, (_, index) => rows.from + index);

  return (
    <div
      ref={element}
      class="stream"
      role="treegrid"
      aria-label="Event stream"
      aria-rowcount={total}
      aria-activedescendant={
        active && (isDrawn(active.position) || isPinned) ? rowElementId(active.position) : undefined
      }
      tabIndex={0}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onPointerOver={onPointerOver}
      onPointerLeave={onPointerLeave}
      onWheel={({ deltaY, currentTarget }) => {
        if (deltaY < 0 && currentTarget.scrollTop > 0) stream.unfollow();
      }}
    >
      <div class="stream-height" role="presentation" style={{ height: `${height}px` }}>
        <div class="stream-rows" role="presentation" style={{ top: `${topOf(rows.from)}px` }}>
          {positions.map(rowAt)}
        </div>
        {isPinned && (
          <div class="stream-rows" role="presentation" style={{ top: `${topOf(active.position)}px` }}>
            {rowAt(active.position)}
          </div>
        )}
      </div>
    </div>
  );
}
