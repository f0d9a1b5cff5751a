import type { Alert, Decision } from '../protocol/alert.ts';

/** Whether a decision is about a call that waits for it, rather than about its session. */
export function decidesOnCall({ action, mode }: Decision): boolean {
  return mode === 'enforce' && (action === 'ask' || action === 'deny');
}

/** What an alert tells of a call that a rule or a pause stopped; undefined when it tells nothing of one. */
export function callFate(alert: Alert): 'held' | 'allowed' | 'denied' | 'interrupted' | undefined {
  if (alert.type === 'hold') return alert.call === 'unknown' ? 'interrupted' : alert.call;
  if (alert.type === 'outcome') return alert.call;
  return decidesOnCall(alert) && alert.action === 'ask' ? 'held' : undefined;
}
