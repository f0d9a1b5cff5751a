import type { Alert } from '../../core/common/protocol/alert.ts';

const DEADLINE_MS = 5000;

/** Posts one alert as JSON (`text` for chat services, `alert` for programs). Rejects when it was not taken. */
export async function postAlert(url: string, alert: Alert): Promise<void> {
  const said = alertText(alert);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text: `Agent Trace, session ${alert.session_id}: ${said}`, alert }),
    signal: AbortSignal.timeout(DEADLINE_MS),
    redirect: 'error',
  });
  if (!response.ok) throw new Error(`the webhook answered ${response.status}`);
}

function alertText(alert: Alert): string {
  if (alert.type === 'decision') return alert.message;
  return `${alert.type === 'hold' ? `call ${alert.call}` : `${alert.action} ${alert.result}`}: ${alert.reason}`;
}
