import type { PanelHeader } from '../../core/common/protocol/panel.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { Icon } from '../icon.tsx';
import type { PanelState } from '../state/panel-state.ts';
import { formatElapsed } from '../stream/row-words.ts';
import { PHASE_ICONS, PHASE_NAMES } from './phase.ts';

/** Seconds without a word from the agent that are worth telling. */
const QUIET = 10;

/** The phase, with a beat for every event, and what runs since when. */
export function Activity({ panel, header }: { readonly panel: PanelState; readonly header: PanelHeader }) {
  const { phase, lastEventAt, isAgain, readShare } = header;
  if (readShare < 1) return <Reading share={readShare} />;
  return (
    <div class={`activity phase-${phase}`}>
      {/* A new element beats anew. */}
      <span key={phase === 'active' ? (lastEventAt ?? 0) : phase} class="beat">
        <Icon name={PHASE_ICONS[phase]} class="phase-icon" />
      </span>
      <span class="phase-name" title={isAgain ? 'It had ended, and goes on.' : undefined}>
        {PHASE_NAMES[phase]}
        {isAgain && phase === 'active' && ' again'}
      </span>
      {panel.ticking.value && <Running panel={panel} header={header} />}
      <Watch header={header} />
    </div>
  );
}

/** While a long trace is read, nobody knows how it ends. */
function Reading({ share }: { readonly share: number }) {
  return (
    <div class="activity">
      <Icon name="history" class="phase-icon" />
      <span class="phase-name">Reading, {Math.floor(share * 100)} %</span>
      <span class="reading">the last events, and figures so far</span>
    </div>
  );
}

function Running({ panel, header }: { readonly panel: PanelState; readonly header: PanelHeader }) {
  const now = panel.clock.now.value;
  const newest = header.running.at(-1);
  if (!newest) return null;
  const others = header.running.length - 1;
  const quiet = Math.floor(now - (header.lastEventAt ?? now));
  return (
    <span class="running-call">
      <span class="running-tool">
        {sanitize(newest.tool)}
        {others > 0 && ` +${others}`}
      </span>
      <span class="running-time">{formatElapsed(now - newest.startedAt)}</span>
      {quiet >= QUIET && <span class="running-quiet">quiet for {formatElapsed(quiet)}</span>}
    </span>
  );
}

function Watch({ header: { watch, phase } }: { readonly header: PanelHeader }) {
  if (phase === 'completed' || phase === 'interrupted') return null;
  const name = watch.mode === 'guarded' ? 'Guarded' : 'Observed';
  return (
    <span class={`watch watch-${watch.mode}`} title={sanitize(watch.reason)}>
      <Icon name={watch.mode === 'guarded' ? 'shield' : 'eye'} />
      <span>{name}</span>
      <span class="heard-only">{sanitize(watch.reason)}</span>
    </span>
  );
}
