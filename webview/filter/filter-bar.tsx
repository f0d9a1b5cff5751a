import { useRef } from 'preact/hooks';
import { FILTER_TEXT_CHARACTERS } from '../../core/common/protocol/decode-panel.ts';
import { ROW_KINDS, type RowKind } from '../../core/common/protocol/panel.ts';
import { Icon } from '../icon.tsx';
import type { PanelState } from '../state/panel-state.ts';
import { NO_FILTER, sameFilter } from '../state/stream-filter.ts';
import { KIND_PLURALS } from '../stream/row-words.ts';

/** Which rows are shown: by a text, by kind, errors only. */
export function FilterBar({ panel }: { readonly panel: PanelState }) {
  const { stream } = panel;
  const input = useRef<HTMLInputElement>(null);
  const filter = stream.filter.wanted.value;
  const areKindsOpen = panel.kindsOpen.value;
  return (
    <search class="filter">
      <div class="filter-line">
        <div class="search">
          <Icon name="search" />
          <input
            ref={input}
            type="text"
            aria-label="Search events"
            placeholder="Search events"
            spellcheck={false}
            maxLength={FILTER_TEXT_CHARACTERS}
            value={filter.text}
            onInput={({ currentTarget }) =>
              stream.filter.set({ ...stream.filter.wanted.peek(), text: currentTarget.value })
            }
            onKeyDown={(event) => {
              if (event.key === 'Escape') stream.filter.set({ ...filter, text: '' });
              else if (event.key === 'Enter' || event.key === 'ArrowDown') {
                event.preventDefault();
                document.querySelector<HTMLElement>('.stream')?.focus();
              }
            }}
          />
          {!sameFilter(filter, NO_FILTER) && (
            <button
              type="button"
              class="action"
              title="Clear filter"
              onClick={() => {
                stream.filter.set(NO_FILTER);
                input.current?.focus();
              }}
            >
              <Icon name="close" label="Clear filter" />
            </button>
          )}
        </div>
        <button
          type="button"
          class="action toggle"
          aria-pressed={filter.errorsOnly}
          title="Errors only"
          onClick={() => stream.filter.set({ ...filter, errorsOnly: !filter.errorsOnly })}
        >
          <Icon name="error" label="Errors only" />
        </button>
        <button
          type="button"
          class={filter.kinds.length > 0 ? 'action filtered' : 'action'}
          aria-expanded={areKindsOpen}
          aria-controls="kinds"
          title="Filter by kind"
          onClick={() => panel.toggleKinds()}
        >
          <Icon name={filter.kinds.length > 0 ? 'filter-filled' : 'filter'} label="Filter by kind" />
        </button>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a line. */}
      <div id="kinds" class="kinds" role="group" aria-label="Kinds of events" hidden={!areKindsOpen}>
        {ROW_KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            class="chip"
            aria-pressed={filter.kinds.includes(kind)}
            onClick={() => stream.filter.set({ ...filter, kinds: toggled(filter.kinds, kind) })}
          >
            {KIND_PLURALS[kind]}
          </button>
        ))}
      </div>
    </search>
  );
}

function toggled(kinds: readonly RowKind[], kind: RowKind): readonly RowKind[] {
  return kinds.includes(kind) ? kinds.filter((each) => each !== kind) : [...kinds, kind];
}
