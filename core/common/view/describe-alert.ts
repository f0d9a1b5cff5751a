import type { Alert, Decision, Outcome, OutcomeResult } from '../protocol/alert.ts';
import { excerpt } from './excerpt.ts';
import { shortSessionId } from './short-session-id.ts';
import type { StreamLine, Tone } from './stream-line.ts';

/** `kill by rule budget: cost_usd is 5.01, the rule allows 5`, and what came of it. */
export function describeAlert(alert: Alert): StreamLine {
  const isDecision = alert.type === 'decision';
  return {
    time: alert.at,
    session: shortSessionId(alert.session_id),
    kind: alert.type,
    text: excerpt(isDecision ? decisionText(alert) : outcomeText(alert)),
    tone: isDecision ? decisionTone(alert) : OUTCOME_TONES[alert.result],
  };
}

function decisionText({ action, mode, rule, message }: Decision): string {
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
};

function outcomeText({ action, result, reason, rule }: Outcome): string {
  const cause = rule === '' ? '' : ` (rule ${rule})`;
  const head = result === 'monitor' ? `${action} not carried out` : `${action} ${result}`;
  return reason === '' ? `${head}${cause}` : `${head}${cause}: ${reason}`;
}
