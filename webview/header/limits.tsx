import type { LimitBar } from '../../core/common/protocol/panel.ts';
import { Meter } from './meter.tsx';

/** How near the session is to the rules' limits, nearest first. */
export function Limits({ limits }: { readonly limits: readonly LimitBar[] }) {
  const nearest = [...limits].sort((a, b) => Number(b.broken) - Number(a.broken) || b.fraction - a.fraction);
  return nearest.map(({ rule, text, fraction, broken, action, mode, warnAt }) => (
    <Meter
      key={rule}
      name={rule}
      text={text}
      fraction={fraction}
      action={action}
      mode={mode}
      warnAt={warnAt}
      {...(broken ? { tone: 'over' } : {})}
    />
  ));
}
