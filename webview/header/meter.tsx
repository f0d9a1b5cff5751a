import { sanitize } from '../../core/common/view/sanitize.ts';

interface MeterProps {
  readonly name: string;
  readonly text: string;
  /** 0 to 1. */
  readonly fraction: number;
  /** Default: by how near the end is. */
  readonly tone?: 'plain' | 'near' | 'over';
  /** What happens at the end. */
  readonly note?: string;
}

/** From here on a limit is near. */
const NEAR = 0.75;

/** A value that has an end, as a bar. */
export function Meter({ name, text, fraction, tone, note }: MeterProps) {
  const percent = Math.round(fraction * 100);
  const shown = tone ?? (fraction >= NEAR ? 'near' : 'plain');
  return (
    <div class={`meter meter-${shown}`}>
      <div class="meter-words">
        <span class="meter-name">{sanitize(name)}</span>
        {note !== undefined && <span class={`tag tag-${note}`}>{note}</span>}
        <span class="meter-text">{sanitize(text)}</span>
      </div>
      <div
        class="meter-track"
        role="meter"
        aria-label={sanitize(`${name}: ${text}`)}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <div class="meter-bar" style={{ width: `${fraction * 100}%` }} />
      </div>
    </div>
  );
}
