import type { Action, Mode } from '../../core/common/rules/rule.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { Icon } from '../icon.tsx';
import { ACTION_ICONS } from '../stream/row-icon.ts';

interface MeterProps {
  readonly name: string;
  readonly text: string;
  /** 0 to 1. */
  readonly fraction: number;
  /** Default: by how near the end is. */
  readonly tone?: 'plain' | 'near' | 'over';
  /** What happens at the end. */
  readonly action?: Action;
  readonly mode?: Mode;
  /** Share of the bar that is marked, 0 to 1: from there on nearness is said. */
  readonly warnAt?: number | null;
}

/** From here on a limit is near. */
const NEAR = 0.75;

/** A value that has an end, as a bar. */
export function Meter({ name, text, fraction, tone, action, mode, warnAt = null }: MeterProps) {
  const percent = Math.round(fraction * 100);
  const shown = tone ?? (fraction >= NEAR ? 'near' : 'plain');
  return (
    <div class={`meter meter-${shown}`}>
      <div class="meter-words">
        {action && (
          <Icon
            name={ACTION_ICONS[action]}
            label={`${mode === 'monitor' && action !== 'alert' ? `would ${action}` : action} at the limit`}
            class={`does-${action}`}
          />
        )}
        <span class="meter-name" title={sanitize(name)}>
          {sanitize(name)}
        </span>
        <span class="meter-text">{sanitize(text)}</span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: the colours of a meter element are the browser's. */}
      <div
        class="meter-track"
        role="meter"
        aria-label={sanitize(`${name}: ${text}`)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div class="meter-bar" style={{ width: `${fraction * 100}%` }} />
        {warnAt !== null && (
          <div
            class="meter-mark"
            style={{ left: `${warnAt * 100}%` }}
            title={`Told at ${Math.round(warnAt * 1000) / 10}% of the limit`}
          />
        )}
      </div>
    </div>
  );
}
