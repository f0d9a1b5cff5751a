import { isMoney } from './rule.ts';

/** A value as people read it, by the name of what is measured, unit included: `$5.12`, `83%`, `31.5 min`, `11`. */
export function formatLimitValue(name: string, value: number): string {
  if (isMoney(name)) return `$${decimals(value, 2)}`;
  if (name.endsWith('_pct')) return `${decimals(value, 0)}%`;
  if (name.endsWith('_minutes')) return `${decimals(value, 0)} min`;
  return decimals(value, 0);
}

/** At least `digits` decimals, and up to six: a micro-dollar over a limit must not look like the limit itself. */
function decimals(value: number, digits: number): string {
  const [whole = '0', fraction = ''] = value.toFixed(6).split('.');
  const shown = fraction.replace(/0+$/, '').padEnd(digits, '0');
  return shown === '' ? whole : `${whole}.${shown}`;
}
