import { asArray, asNumber, asRecord, asString } from '../../common/json.ts';
import {
  type AnswerParams,
  ASK_ANSWERS,
  type HelloParams,
  type JudgeParams,
  type KillParams,
  type PendingCall,
  type SessionParams,
} from '../../common/protocol/control.ts';
import type { Operation } from '../../common/session/tool-call.ts';
import { eventFrom } from '../../common/trace/decode-event.ts';
import { sessionName } from '../../common/trace/session-name.ts';

/** Longest time a caller may give an agent to end by itself, in milliseconds. */
const MAX_GRACE_MS = 60_000;

export function decodeHelloParams(value: unknown): HelloParams | undefined {
  const record = asRecord(value);
  const token = asString(record?.token);
  const version = asNumber(record?.version);
  return token === undefined || version === undefined ? undefined : { token, version };
}

export function decodeSessionParams(value: unknown): SessionParams | undefined {
  const session = asString(asRecord(value)?.session);
  return session ? { session } : undefined;
}

export function decodeKillParams(value: unknown): KillParams | undefined {
  const params = decodeSessionParams(value);
  const given = asRecord(value)?.graceMs;
  if (!params || given === undefined) return params;
  const graceMs = asNumber(given);
  return graceMs === undefined || graceMs < 0 || graceMs > MAX_GRACE_MS ? undefined : { ...params, graceMs };
}

export function decodeAnswerParams(value: unknown): AnswerParams | undefined {
  const record = asRecord(value);
  const ask = asString(record?.ask);
  const answer = ASK_ANSWERS.find((known) => known === record?.answer);
  return ask && answer ? { ask, answer } : undefined;
}

/** All or nothing, and at least one call. */
export function decodeJudgeParams(value: unknown): JudgeParams | undefined {
  const given = asArray(asRecord(value)?.calls);
  const calls = given.flatMap((each) => decodePendingCall(each) ?? []);
  return calls.length > 0 && calls.length === given.length ? { calls } : undefined;
}

/** Only a call with an id of its own, in a session whose name is one: it decides about a folder of the store. */
function decodePendingCall(value: unknown): PendingCall | undefined {
  const record = asRecord(value);
  const event = eventFrom(record?.event, () => '');
  if (typeof event === 'string' || event.event_type !== 'tool_call' || event.event_id === '') return undefined;
  if (sessionName(event.session_id) !== event.session_id) return undefined;
  if (record?.operation === undefined) return { event };
  const operation = record.operation === 'too-long' ? 'too-long' : decodeOperation(record.operation);
  return operation && { event, operation };
}

function decodeOperation(value: unknown): Operation | undefined {
  const record = asRecord(value);
  const text = (key: string): string => asString(record?.[key]) ?? '';
  switch (record?.kind) {
    case 'read':
    case 'write':
      return { kind: record.kind, path: text('path') };
    case 'command':
      return { kind: 'command', command: text('command') };
    case 'subagent':
      return { kind: 'subagent', description: text('description') };
    case 'fetch':
      return { kind: 'fetch', url: text('url') };
    case 'other':
      return { kind: 'other' };
    default:
      return undefined;
  }
}
