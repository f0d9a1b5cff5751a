import type { Alert, Decision, Hold, Outcome, OutcomeResult } from '../protocol/alert.ts';
import { excerpt } from './excerpt.ts';
import { shortSessionId } from './short-session-id.ts';
import type { StreamLine, Tone } from './stream-line.ts';

/** `kill by rule budget: cost_usd is 5.01, the rule allows 5`, and what came of it. */
export function describeAlert(alert: Alert): StreamLine {
  const line = { time: alert.at, session: shortSessionId(alert.session_id) };
  switch (alert.type) {
    case 'decision':
      return { ...line, kind: 'decision', text: excerpt(decisionText(alert)), tone: decisionTone(alert) };
    case 'outcome':
      return { ...line, kind: 'outcome', text: excerpt(outcomeText(alert)), tone: OUTCOME_TONES[alert.result] };
    case 'hold':
      return { ...line, kind: 'outcome', text: excerpt(holdText(alert)), tone: HOLD_TONES[alert.call] };
    default:
      return alert satisfies never;
  }
}

const HOLD_TONES: Readonly<Record<Hold['call'], Tone>> = {
  held: 'warning',
  allowed: 'good',
  denied: 'bad',
  unknown: 'bad',
};

function holdText({ call, rule, reason }: Hold): string {
  const cause = rule === '' ? '' : ` (rule ${rule})`;
  return `${call === 'unknown' ? 'call held no longer' : `call ${call}`}${cause}: ${reason}`;
}

function decisionText({ action, mode, rule, message, warns_of }: Decision): string {
  if (warns_of !== undefined) return `near the limit of rule ${rule}: ${message}`;
  const verb = mode === 'monitor' && action !== 'alert' ? `would ${action}` : action;
  return `${verb} by rule ${rule}: ${message}`;
}

function decisionTone({ action, mode }: Decision): Tone {
  return action === 'alert' || mode === 'monitor' ? 'warning' : 'bad';
}

const OUTCOME_TONES: Readonly<Record<OutcomeResult, Tone>> = {
  done: 'good',
  partial: 'warning',
  refused: 'bad',
  failed: 'bad',
  monitor: 'quiet',
  superseded: 'quiet',
  late: 'bad',
};

function outcomeText({ action, result, reason, rule }: Outcome): string {
  const cause = rule === '' ? '' : ` (rule ${rule})`;
  const head = result === 'monitor' ? `${action} not carried out` : `${action} ${result}`;
  return reason === '' ? `${head}${cause}` : `${head}${cause}: ${reason}`;
}
