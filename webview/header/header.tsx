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
      <div id="header-more" class="header-more" hidden={!isOpen}>
        <Facts header={header} />
        <div class="meters">
          {header.contextPct !== null && (
            <Meter name="Context" text={`${Math.round(header.contextPct)} %`} fraction={header.contextPct / 100} />
          )}
          <Limits limits={header.limits} />
        </div>
        {header.subagents.length > 0 && (
          <section>
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

function Facts({ header }: { readonly header: PanelHeader }) {
  const { agent, model, tokens, toolCalls, errors, filesRead, filesModified, startedAt } = header;
  const until = header.endedAt ?? header.lastEventAt;
  const duration = startedAt === null || until === null ? '' : formatDuration((until - startedAt) * 1000);
  const facts: readonly (readonly [name: string, value: string, tone?: string])[] = [
    ['Agent', agent],
    ['Model', model],
    ['Duration', duration],
    ['Calls', formatCount(toolCalls)],
    ['Errors', formatCount(errors), errors > 0 ? 'bad' : ''],
    ['Files', `${formatCount(filesRead)} read, ${formatCount(filesModified)} modified`],
    ['Tokens', `${formatCount(tokens.input)} in, ${formatCount(tokens.output)} out`],
    ['Cache', `${formatCount(tokens.cacheRead)} read, ${formatCount(tokens.cacheWrite)} written`],
  ];
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== '')
        .map(([name, value, tone]) => (
          <div key={name} class="fact">
            <dt>{name}</dt>
            <dd class={tone} title={sanitize(value)}>
              {sanitize(value)}
            </dd>
          </div>
        ))}
    </dl>
  );
}
