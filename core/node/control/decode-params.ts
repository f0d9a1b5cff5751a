import { asNumber, asRecord, asString } from '../../common/json.ts';
import type { HelloParams, KillParams, SessionParams } from '../../common/protocol/control.ts';

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
