import { type ReadonlySignal, type Signal, useComputed } from '@preact/signals';
import { Component } from 'preact';
import type { AskedCall, PanelRow, RowDetail, RowStatus } from '../../core/common/protocol/panel.ts';
import { formatDuration } from '../../core/common/view/quantity.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { AnswerButtons } from '../asks/answer-buttons.tsx';
import { Icon } from '../icon.tsx';
import type { Clock } from '../state/clock.ts';
import { DetailView } from './detail.tsx';
import { rowIcon } from './row-icon.ts';
import { clockTime, formatElapsed, rowLabel } from './row-words.ts';

export interface RowProps {
  readonly position: number;
  /** Undefined until it has been fetched. */
  readonly row: PanelRow | undefined;
  readonly detail: RowDetail | undefined;
  /** The call that waits, where the row is about one. */
  readonly ask: AskedCall | undefined;
  readonly isOpen: boolean;
  /** CSS pixels that the detail is thought to have, until it is there. */
  readonly detailHeight: number;
  readonly isActive: boolean;
  /** A link has led here. */
  readonly isRevealed: boolean;
  readonly hovered: Signal<number>;
  readonly clock: Clock;
  readonly observe: (position: number, detail: Element | null) => void;
}

export const rowElementId = (position: number): string => `row-${position}`;

/** Of the roles of a tree grid; the keys, and the focus, are the grid's. */
const CELL = { role: 'gridcell' } as const;

/** One thing that happened. Drawn again only when something of it has changed: there are many, and they come fast. */
export class RowView extends Component<RowProps> {
  override shouldComponentUpdate(next: Readonly<RowProps>): boolean {
    return Object.entries(next).some(([name, value]) => value !== this.props[name as keyof RowProps]);
  }

  override render({
    position,
    row,
    detail,
    ask,
    isOpen,
    detailHeight,
    isActive,
    isRevealed,
    hovered,
    clock,
    observe,
  }: RowProps) {
    const attributes = {
      id: rowElementId(position),
      role: 'row',
      'data-position': position,
      // How many there are the grid says: told here, every row would be drawn again whenever one is added.
      'aria-rowindex': position + 1,
      'aria-selected': isActive,
      'aria-label': row ? sanitize(rowLabel(row)) : 'Loading',
      'aria-busy': row === undefined,
      'aria-expanded': row && row.id !== '' ? isOpen : undefined,
    } as const;
    if (!row)
      return (
        <div {...attributes} class={isActive ? 'row loading active' : 'row loading'}>
          <div class="head">
            <div class="line" {...CELL}>
              <span class="placeholder" />
            </div>
          </div>
        </div>
      );
    const names = ['row', `kind-${row.kind}`, row.status, row.action && `action-${row.action}`];
    if (isActive) names.push('active');
    if (isOpen) names.push('open');
    if (isRevealed) names.push('revealed');
    return (
      <div {...attributes} class={names.filter((name) => name).join(' ')}>
        <div class="head">
          <div class="line" {...CELL}>
            <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} class="twistie" />
            <span class="time">{clockTime(row.at)}</span>
            <Icon name={row.status === 'running' ? 'loading' : rowIcon(row)} class="icon" />
            <span class="title">{sanitize(row.title)}</span>
            <RowText row={row} />
            <RowEnd row={row} clock={clock} />
          </div>
          {ask && (
            <div class="actions answers" {...CELL}>
              <AnswerButtons ask={ask} isCompact />
            </div>
          )}
          <RowActions key={position} row={row} position={position} isActive={isActive} hovered={hovered} />
        </div>
        {isOpen &&
          (detail ? (
            <div
              key="detail"
              class="detail"
              {...CELL}
              data-detail-of={position}
              ref={(element) => observe(position, element)}
            >
              <DetailView row={row} detail={detail} ask={ask} />
            </div>
          ) : (
            <div key="waiting" class="detail" {...CELL} style={{ height: `${detailHeight}px` }}>
              <p class="detail-note">Loading…</p>
            </div>
          ))}
      </div>
    );
  }
}

/** The main argument; of a path the name comes first, for it says most. */
function RowText({ row: { text, path } }: { readonly row: PanelRow }) {
  const shown = sanitize(text);
  if (path === undefined || path === '' || !text.startsWith(path))
    return (
      <span class="text" title={shown}>
        {shown}
      </span>
    );
  const slash = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return (
    <span class="text" title={shown}>
      <span class="name">{sanitize(text.slice(slash + 1))}</span>
      {slash > 0 && <span class="folder">{sanitize(path.slice(0, slash))}</span>}
    </span>
  );
}

function RowEnd({ row, clock }: { readonly row: PanelRow; readonly clock: Clock }) {
  const { status, durationMs, action } = row;
  const tag = row.kind === 'rule' ? (fateOf(status) ?? action) : undefined;
  return (
    <span class="end">
      {tag && <span class={`tag tag-${tag}`}>{tag}</span>}
      {status === 'interrupted' && (
        <span class="state">
          {action === 'ask' ? 'unanswered' : row.kind === 'rule' ? 'held no longer' : 'interrupted'}
        </span>
      )}
      {status === 'running' || status === 'held' ? (
        <Elapsed key={row.id} since={row.at} now={clock.now} />
      ) : (
        durationMs !== undefined && <span class="duration">{formatDuration(durationMs)}</span>
      )}
    </span>
  );
}

function fateOf(status: RowStatus | undefined): RowStatus | undefined {
  return status === 'held' || status === 'allowed' || status === 'denied' ? status : undefined;
}

/** Whole seconds: it moves once a second. */
function Elapsed({ since, now }: { readonly since: number; readonly now: ReadonlySignal<number> }) {
  const text = useComputed(() => formatElapsed(now.value - since));
  return <span class="duration elapsed">{text}</span>;
}

interface ActionsProps {
  readonly row: PanelRow;
  readonly position: number;
  readonly isActive: boolean;
  readonly hovered: Signal<number>;
}

/** Buttons for the pointer; for the keyboard the detail has the same. */
function RowActions({ row, position, isActive, hovered }: ActionsProps) {
  const isShown = useComputed(() => hovered.value === position);
  if (row.id === '' || !(isActive || isShown.value)) return null;
  return (
    <div class="actions" {...CELL}>
      {row.subagent !== undefined && (
        <button
          type="button"
          class="action"
          tabIndex={-1}
          data-action="session"
          data-subagent={row.subagent}
          title="Show the subagent's session"
        >
          <Icon name="type-hierarchy-sub" label="Show the subagent's session" />
        </button>
      )}
      {row.path !== undefined && (
        <button type="button" class="action" tabIndex={-1} data-action="file" title="Open file (Ctrl+Enter)">
          <Icon name="go-to-file" label="Open file" />
        </button>
      )}
      <button type="button" class="action" tabIndex={-1} data-action="link" title="Copy link to event">
        <Icon name="link" label="Copy link to event" />
      </button>
    </div>
  );
}
