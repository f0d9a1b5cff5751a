import { sanitize } from '../core/common/view/sanitize.ts';
import { Asks } from './asks/asks.tsx';
import { FilterBar } from './filter/filter-bar.tsx';
import { Header } from './header/header.tsx';
import { Icon } from './icon.tsx';
import type { PanelState } from './state/panel-state.ts';
import { NO_FILTER, sameFilter } from './state/stream-filter.ts';
import { Stream } from './stream/stream.tsx';

export function App({ panel }: { readonly panel: PanelState }) {
  const header = panel.header.value;
  return (
    <div class="panel">
      <Notice panel={panel} />
      {header ? (
        <>
          <Asks panel={panel} asked={header.asked} />
          <Header panel={panel} header={header} />
          <FilterBar panel={panel} />
          <main class="events">
            <Stream panel={panel} />
            <NothingShown panel={panel} />
            <JumpToLive panel={panel} />
          </main>
        </>
      ) : (
        panel.connected.value && <Welcome panel={panel} />
      )}
      <div class="heard-only" role="status" aria-live="polite">
        {panel.announcer.text}
      </div>
    </div>
  );
}

function Welcome({ panel }: { readonly panel: PanelState }) {
  return (
    <main class="welcome">
      <h1 class="heard-only">Agent Trace</h1>
      <p>No agent has been recorded in this workspace yet.</p>
      <p>Once hooks are set up, its prompts, tool calls, files and cost appear here while it works.</p>
      <button type="button" class="button primary" onClick={() => panel.post({ type: 'setUpHooks' })}>
        Set Up Hooks
      </button>
    </main>
  );
}

function NothingShown({ panel: { stream } }: { readonly panel: PanelState }) {
  if (!stream.isEmpty.value) return null;
  if (sameFilter(stream.filter.applied.value, NO_FILTER)) return <p class="nothing">Nothing has happened yet.</p>;
  return (
    <p class="nothing">
      No event passes the filter.{' '}
      <button type="button" class="link-button" onClick={() => stream.filter.set(NO_FILTER)}>
        Clear filter
      </button>
    </p>
  );
}

function JumpToLive({ panel: { stream } }: { readonly panel: PanelState }) {
  if (stream.following.value || stream.total.value === 0) return null;
  const count = stream.newRows.value;
  return (
    <button type="button" class="button primary jump" onClick={() => stream.follow()}>
      <Icon name="arrow-down" />
      <span>Jump to live</span>
      {count > 0 && <span class="count">{count > 9999 ? '9,999+' : `${count.toLocaleString('en')} new`}</span>}
    </button>
  );
}

function Notice({ panel }: { readonly panel: PanelState }) {
  const text = panel.notice.value;
  if (text === null) return null;
  return (
    <div class="notice" role="alert">
      <Icon name="warning" />
      <span class="notice-text">{sanitize(text)}</span>
      <button
        type="button"
        class="action"
        title="Dismiss"
        onClick={() => {
          panel.notice.value = null;
        }}
      >
        <Icon name="close" label="Dismiss" />
      </button>
    </div>
  );
}
