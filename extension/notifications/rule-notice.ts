import type { Decision, Outcome } from '../../core/common/protocol/alert.ts';
import { noticeText } from './notice-text.ts';

/** What is told when a rule was broken. */
export interface RuleNotice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly buttons: readonly NoticeButton[];
}

export type NoticeButton = 'Resume' | 'Kill' | 'Show' | 'Show Postmortem' | 'Edit Rule';

const DONE = { ask: 'Asked about a call of', deny: 'Denied a call of', pause: 'Paused', kill: 'Killed' } as const;
const TRIED = { ask: 'ask about a call of', deny: 'deny a call of', pause: 'pause', kill: 'kill' } as const;

const BUTTONS: Readonly<Record<keyof typeof DONE, readonly NoticeButton[]>> = {
  ask: ['Show'],
  deny: ['Show', 'Edit Rule'],
  pause: ['Resume', 'Kill', 'Show'],
  kill: ['Show Postmortem', 'Show'],
};

/** `label` names the session for people. `decision` is undefined when it was taken before anybody listened. */
export function ruleNotice(outcome: Outcome, decision: Decision | undefined, label: string): RuleNotice {
  const { severity, text, buttons } = notice(outcome, decision?.message ?? '', label);
  return { severity, text: noticeText(text), buttons };
}

function notice({ action, result, rule, reason }: Outcome, measured: string, label: string): RuleNotice {
  const why = measured === '' ? '' : `: ${measured}`;
  if (action === 'alert' || action === 'resume') {
    return { severity: 'warning', text: `Rule ${rule} in ${label}${why}`, buttons: ['Show'] };
  }
  switch (result) {
    case 'done':
    case 'partial': {
      const left = result === 'partial' ? `. Only in part: ${reason}` : '';
      return {
        severity: result === 'partial' || action === 'kill' ? 'error' : 'warning',
        text: `${DONE[action]} ${label} by rule ${rule}${why}${left}`,
        buttons: BUTTONS[action],
      };
    }
    case 'refused':
    case 'failed':
    case 'late':
      return {
        severity: 'error',
        text: `Rule ${rule} could not ${TRIED[action]} ${label}${why}. ${reason}`,
        buttons: ['Show'],
      };
    case 'monitor':
      return {
        severity: 'info',
        text: `Dry run: rule ${rule} would ${TRIED[action]} ${label}${why}`,
        buttons: ['Show'],
      };
    case 'superseded':
      return { severity: 'info', text: `Rule ${rule} in ${label}${why}. ${reason}`, buttons: ['Show'] };
    default:
      return result satisfies never;
  }
}
