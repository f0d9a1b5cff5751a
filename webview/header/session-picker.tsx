import { sanitize } from '../../core/common/view/sanitize.ts';
import { Icon } from '../icon.tsx';
import type { PanelState } from '../state/panel-state.ts';
import { PHASE_NAMES } from './phase.ts';

/** Chooses the session that the panel shows. */
export function SessionPicker({ panel }: { readonly panel: PanelState }) {
  const current = panel.header.value?.sessionId ?? '';
  const sessions = panel.sessions.value;
  const isListed = sessions.some(({ id }) => id === current);
  return (
    <div class="picker">
      <select
        aria-label="Session"
        value={current}
        onChange={({ currentTarget }) => {
          panel.post({ type: 'selectSession', id: currentTarget.value });
          // It shows another session when the host does.
          currentTarget.value = current;
        }}
      >
        {!isListed && <option value={current}>{sanitize(panel.header.value?.agent ?? '') || 'Session'}</option>}
        {sessions.map(({ id, label, phase, cost }) => (
          <option key={id} value={id}>
            {sanitize(`${label} · ${PHASE_NAMES[phase]} · ${cost}`)}
          </option>
        ))}
      </select>
      <Icon name="chevron-down" />
    </div>
  );
}
