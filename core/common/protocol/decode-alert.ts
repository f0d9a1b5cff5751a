import { asArray, asNumber, asRecord, asString } from '../json.ts';
import { ACTIONS, type Action } from '../rules/rule.ts';
import type { Alert, Outcome, OutcomeResult, SignalledProcess } from './alert.ts';

const RESULTS: readonly string[] = ['done', 'partial', 'refused', 'failed', 'monitor'] satisfies OutcomeResult[];

/** Reads one line of `alerts.ndjson` or one notification of the control socket; undefined when it is neither kind. */
export function decodeAlert(value: unknown): Alert | undefined {
  const record = asRecord(value);
  const sessionId = asString(record?.session_id);
  const at = asNumber(record?.at);
  if (!record || sessionId === undefined || at === undefined) return undefined;
  const common = {
    decision_id: asString(record.decision_id) ?? '',
    session_id: sessionId,
    event_id: asString(record.event_id) ?? '',
    rule: asString(record.rule) ?? '',
    at,
  };
  if (record.type === 'decision' && isAction(record.action)) {
    const value = asNumber(record.value) ?? asString(record.value);
    const threshold = asNumber(record.threshold) ?? asString(record.threshold);
    return {
      type: 'decision',
      ...common,
      action: record.action,
      mode: record.mode === 'monitor' ? 'monitor' : 'enforce',
      message: asString(record.message) ?? '',
      ...(value === undefined ? {} : { value }),
      ...(threshold === undefined ? {} : { threshold }),
    };
  }
  if (record.type === 'outcome') return decodeOutcome(record, common);
  return undefined;
}

function decodeOutcome(
  record: Readonly<Record<string, unknown>>,
  common: Pick<Outcome, 'decision_id' | 'session_id' | 'event_id' | 'rule' | 'at'>,
): Outcome | undefined {
  const { action, result } = record;
  if (!(isAction(action) || action === 'resume') || !isResult(result)) return undefined;
  return {
    type: 'outcome',
    ...common,
    action,
    result,
    reason: asString(record.reason) ?? '',
    signalled: asArray(record.signalled).flatMap(decodeSignalled),
  };
}

function decodeSignalled(value: unknown): readonly SignalledProcess[] {
  const record = asRecord(value);
  const pid = asNumber(record?.pid);
  if (!record || pid === undefined) return [];
  const { state } = record;
  return [
    {
      pid,
      name: asString(record.name) ?? '',
      signals: asArray(record.signals).filter((signal) => typeof signal === 'string'),
      state: state === 'running' || state === 'stopped' || state === 'gone' ? state : 'unknown',
    },
  ];
}

function isAction(value: unknown): value is Action {
  return ACTIONS.some((action) => action === value);
}

function isResult(value: unknown): value is OutcomeResult {
  return typeof value === 'string' && RESULTS.includes(value);
}
