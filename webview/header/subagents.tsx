import type { SubagentNode } from '../../core/common/protocol/panel.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { Icon } from '../icon.tsx';
import type { PanelState } from '../state/panel-state.ts';
import { PHASE_ICONS, PHASE_NAMES } from './phase.ts';

interface SubagentsProps {
  readonly panel: PanelState;
  readonly nodes: readonly SubagentNode[];
}

/** The sessions that this one started, and those that they did. */
export function Subagents({ panel, nodes }: SubagentsProps) {
  return (
    <ul class="subagents">
      {nodes.map(({ sessionId, agent, phase, cost, toolCalls, children }) => (
        <li key={sessionId}>
          <button
            type="button"
            class={`subagent phase-${phase}`}
            title={`Show this session (${PHASE_NAMES[phase].toLowerCase()})`}
            onClick={() => panel.post({ type: 'selectSession', id: sessionId })}
          >
            <Icon name={PHASE_ICONS[phase]} label={PHASE_NAMES[phase]} class="phase-icon" />
            <span class="subagent-name">{sanitize(agent)}</span>
            <span class="subagent-facts">
              {toolCalls === 1 ? '1 call' : `${toolCalls} calls`} · {sanitize(cost)}
            </span>
          </button>
          {children.length > 0 && <Subagents panel={panel} nodes={children} />}
        </li>
      ))}
    </ul>
  );
}

export function countSubagents(nodes: readonly SubagentNode[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + countSubagents(children), 0);
}
