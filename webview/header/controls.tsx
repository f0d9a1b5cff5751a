import type { PanelControls, PanelHeader } from '../../core/common/protocol/panel.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { Icon } from '../icon.tsx';
import type { PanelState } from '../state/panel-state.ts';

type Control = NonNullable<PanelControls['pending']>;

const CONTROLS: Readonly<Record<Control, { icon: string; name: string; pending: string }>> = {
  pause: { icon: 'debug-pause', name: 'Pause', pending: 'Pausing…' },
  resume: { icon: 'debug-continue', name: 'Resume', pending: 'Resuming…' },
  kill: { icon: 'debug-stop', name: 'Kill', pending: 'Killing…' },
};

const REASON_ID = 'controls-reason';

/** What can be done to the agent. A button says that it is done only when the host does. */
export function Controls({ panel, header }: { readonly panel: PanelState; readonly header: PanelHeader }) {
  const { controls } = header;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a line.
    <div class="controls" role="group" aria-label="Agent">
      {shownControls(header).map((action) => {
        const { icon, name, pending } = CONTROLS[action];
        const isPending = controls.pending === action;
        const isEnabled = controls[action] && !isPending;
        return (
          <button
            key={action}
            type="button"
            class={`button control-${action}`}
            aria-disabled={!isEnabled}
            aria-busy={isPending}
            aria-describedby={!isEnabled && controls.reason !== '' ? REASON_ID : undefined}
            title={isEnabled || controls.reason === '' ? `${name} the agent` : sanitize(controls.reason)}
            onClick={() => isEnabled && panel.post({ type: 'control', action })}
          >
            <Icon name={isPending ? 'loading' : icon} />
            <span>{isPending ? pending : name}</span>
          </button>
        );
      })}
    </div>
  );
}

/** Why nothing can be done; nothing when something can. */
export function ControlsReason({ controls }: { readonly controls: PanelControls }) {
  if (controls.reason === '') return null;
  return (
    <p id={REASON_ID} class="reason">
      {sanitize(controls.reason)}
    </p>
  );
}

/** Pause and Resume share a place, as in the editor's own debug toolbar, unless both can be done. */
function shownControls({ controls, phase }: PanelHeader): readonly Control[] {
  const resumes = controls.resume || controls.pending === 'resume' || (phase === 'paused' && !controls.pause);
  const pauses = controls.pause || controls.pending === 'pause' || !resumes;
  return [...(pauses ? (['pause'] as const) : []), ...(resumes ? (['resume'] as const) : []), 'kill'];
}
