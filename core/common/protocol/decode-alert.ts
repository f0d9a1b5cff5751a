import { asArray, asNumber, asRecord, asString, asTime } from '../json.ts';
import { ACTIONS, type Action } from '../rules/rule.ts';
import {
  type Alert,
  type Hold,
  OUTCOME_RESULTS,
  type Outcome,
  type OutcomeResult,
  type SignalledProcess,
} from './alert.ts';

const HOLD_STATES: readonly Hold['call'][] = ['held', 'allowed', 'denied', 'unknown'];

/** Reads one line of `alerts.ndjson` or one notification of the control socket; undefined when it is of no kind. */
export function decodeAlert(value: unknown): Alert | undefined {
  const record = asRecord(value);
  const sessionId = asString(record?.session_id);
  const at = asTime(record?.at);
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
    const period = asString(record.period);
    const condition = asString(record.condition);
    const warnsOf = asNumber(record.warns_of);
    const threshold = asNumber(record.threshold) ?? asString(record.threshold);
    return {
      type: 'decision',
      ...common,
      action: record.action,
      mode: record.mode === 'monitor' ? 'monitor' : 'enforce',
      message: asString(record.message) ?? '',
      ...(value === undefined ? {} : { value }),
      ...(threshold === undefined ? {} : { threshold }),
      ...(period === undefined ? {} : { period }),
      ...(condition === undefined ? {} : { condition }),
      ...(warnsOf === undefined ? {} : { warns_of: warnsOf }),
      ...(record.scope === 'session' ? { scope: 'session' } : {}),
    };
  }
  if (record.type === 'outcome') return decodeOutcome(record, common);
  const call = record.type === 'hold' ? HOLD_STATES.find((state) => state === record.call) : undefined;
  if (call) return { type: 'hold', ...common, action: 'pause', call, reason: asString(record.reason) ?? '' };
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
    ...(record.call === 'allowed' || record.call === 'denied' ? { call: record.call } : {}),
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
  return OUTCOME_RESULTS.some((result) => result === value);
}
