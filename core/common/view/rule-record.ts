import type { Alert, Decision, Outcome } from '../protocol/alert.ts';
import { excerpt } from './excerpt.ts';

/** What became of a rule so far, and where to see the last time. */
export interface RuleRecord {
  /** One printable line. */
  readonly text: string;
  /** The last decision; undefined when there was none. */
  readonly last: Decision | undefined;
}

/** `when` puts Unix seconds into words. `alerts` oldest first. */
export function ruleRecord(alerts: readonly Alert[], rule: string, when: (at: number) => string): RuleRecord {
  const decisions = alerts.filter((alert): alert is Decision => alert.type === 'decision' && alert.rule === rule);
  const last = decisions.at(-1);
  if (!last) return { text: 'Not broken so far', last };
  const outcome = alerts.findLast(
    (alert): alert is Outcome => alert.type === 'outcome' && alert.decision_id === last.decision_id,
  );
  const times = decisions.length === 1 ? 'once' : `${decisions.length} times`;
  const said = effect(last, outcome);
  return { text: excerpt(`Broken ${times}, last ${when(last.at)}${said}: ${last.message}`), last };
}

const DONE = { ask: 'asked', deny: 'denied', pause: 'paused', kill: 'killed' } as const;

function effect({ action, mode }: Decision, outcome: Outcome | undefined): string {
  if (action === 'alert') return '';
  if (mode === 'monitor' || outcome?.result === 'monitor') return `, would ${action}`;
  if (!outcome) return `, ${action} without an outcome`;
  return outcome.result === 'done' ? `, ${DONE[action]}` : `, ${action} ${outcome.result}`;
}
