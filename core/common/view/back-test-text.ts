import { formatUsd } from '../cost/cost.ts';
import type { BackTestHit, BackTestReport } from '../rules/back-test/report.ts';
import { formatCount } from './quantity.ts';

/** What all rules together would have done. */
export function togetherText({ stopped, sessions }: Pick<BackTestReport, 'stopped' | 'sessions'>): string {
  if (stopped.sessions === 0) return 'no session would have been stopped';
  const saved = formatUsd({ usd: stopped.saved_usd, kind: stopped.kind });
  return `${stopped.sessions} of ${counted(sessions, 'session')} would have been stopped, before another ${saved} was spent`;
}

/** What was spent by then, and what a stop would have saved. */
export function spentText({ usd, session_usd, saved_usd, kind }: BackTestHit): string {
  const then = `${formatUsd({ usd, kind })} of ${formatUsd({ usd: session_usd, kind })} spent`;
  return saved_usd === null ? then : `${then}, ${formatUsd({ usd: saved_usd, kind })} saved`;
}

/** `1 rule`, `12 rules`. */
export function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}
