import type { PanelHeader } from '../../core/common/protocol/panel.ts';
import { formatCount, formatDuration } from '../../core/common/view/quantity.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { Icon } from '../icon.tsx';
import type { PanelState } from '../state/panel-state.ts';
import { Activity } from './activity.tsx';
import { Controls, ControlsReason } from './controls.tsx';
import { CostCurve } from './cost-curve.tsx';
import { Limits } from './limits.tsx';
import { Meter } from './meter.tsx';
import { SessionPicker } from './session-picker.tsx';
import { countSubagents, Subagents } from './subagents.tsx';

/** A limit that is so near is told even where the header is folded. */
const TOLD_FROM = 0.75;

/** The session in short, above its events. */
export function Header({ panel, header }: { readonly panel: PanelState; readonly header: PanelHeader }) {
  const isOpen = panel.headerOpen.value;
  const told = header.limits.filter(({ fraction, broken }) => broken || fraction >= TOLD_FROM);
  return (
    <header class="header">
      <h1 class="heard-only">Agent Trace</h1>
      <div class="header-top">
        <SessionPicker panel={panel} />
        <button
          type="button"
          class="action"
          aria-expanded={isOpen}
          aria-controls="header-more"
          title={isOpen ? 'Show less' : 'Show tokens, limits and subagents'}
          onClick={() => panel.toggleHeader()}
        >
          <Icon name={isOpen ? 'chevron-up' : 'chevron-down'} label="Session details" />
        </button>
      </div>
      <Activity panel={panel} header={header} />
      <div class="spend">
        <span class="cost">{sanitize(header.cost)}</span>
        <CostCurve curve={header.curve} />
        <Controls panel={panel} header={header} />
      </div>
      <ControlsReason controls={header.controls} />
      <Summary header={header} />
      <div id="header-more" class="header-more" hidden={!isOpen}>
        <Facts header={header} />
        <div class="meters">
          {header.contextPct !== null && (
            <Meter name="Context" text={`${Math.round(header.contextPct)} %`} fraction={header.contextPct / 100} />
          )}
          <Limits limits={header.limits} />
        </div>
        {header.subagents.length > 0 && (
          <section class="subagent-section">
            <h2 class="header-title">Subagents ({countSubagents(header.subagents)})</h2>
            <Subagents panel={panel} nodes={header.subagents} />
          </section>
        )}
      </div>
      {!isOpen && told.length > 0 && (
        <div class="meters">
          <Limits limits={told.slice(0, 1)} />
        </div>
      )}
    </header>
  );
}

/** `220 calls · 3 errors · 12m 04s`. */
function Summary({ header }: { readonly header: PanelHeader }) {
  const { toolCalls, errors, startedAt, endedAt, lastEventAt, unpricedModels } = header;
  const until = endedAt ?? lastEventAt;
  return (
    <p class="summary">
      <span>{toolCalls === 1 ? '1 call' : `${toolCalls.toLocaleString('en')} calls`}</span>
      {errors > 0 && <span class="bad">{errors === 1 ? '1 error' : `${errors.toLocaleString('en')} errors`}</span>}
      {startedAt !== null && until !== null && <span>{formatDuration((until - startedAt) * 1000)}</span>}
      {unpricedModels.length > 0 && (
        <span
          class="bad"
          title="What was asked of these models is not in the cost. Give them a price in agentTrace.prices."
        >
          No price for {sanitize(unpricedModels.join(', '))}
        </span>
      )}
    </p>
  );
}

function Facts({ header: { model, tokens, filesRead, filesModified } }: { readonly header: PanelHeader }) {
  const facts: readonly (readonly [name: string, value: string])[] = [
    ['Model', model],
    ['Files', `${formatCount(filesRead)} read, ${formatCount(filesModified)} modified`],
    ['Tokens', `${formatCount(tokens.input)} in, ${formatCount(tokens.output)} out`],
    ['Cache', `${formatCount(tokens.cacheRead)} read, ${formatCount(tokens.cacheWrite)} written`],
  ];
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name} class="fact">
            <dt>{name}</dt>
            <dd title={sanitize(value)}>{sanitize(value)}</dd>
          </div>
        ))}
    </dl>
  );
}
