import { asArray, asBoolean, asCount, asNumber, asRecord, asString } from '../../common/json.ts';
import type { Ask, HelloResult } from '../../common/protocol/control.ts';
import type { GuardState, ListedSession } from '../../common/session/listed-session.ts';
import type { SessionPhase, SessionSummary } from '../../common/session/session-summary.ts';

const PHASES: readonly SessionPhase[] = ['active', 'waiting', 'paused', 'completed', 'interrupted'];
const GUARD_MODES: readonly GuardState['mode'][] = ['guarded', 'observed'];
const COST_KINDS: readonly SessionSummary['cost']['kind'][] = ['known', 'estimated', 'unpriced'];

export function decodeHelloResult(value: unknown): HelloResult | undefined {
  const record = asRecord(value);
  const version = asNumber(record?.version);
  const pid = asNumber(record?.pid);
  const store = asString(record?.store);
  return version === undefined || pid === undefined || store === undefined ? undefined : { version, pid, store };
}

/** Entries that are no ask are left out. */
export function decodeAsks(value: unknown): readonly Ask[] {
  return asArray(asRecord(value)?.asks).flatMap((entry) => {
    const record = asRecord(entry);
    const id = asString(record?.id);
    return record && id
      ? {
          id,
          session_id: asString(record.session_id) ?? '',
          event_id: asString(record.event_id) ?? '',
          rule: asString(record.rule) ?? '',
          message: asString(record.message) ?? '',
          at: asNumber(record.at) ?? 0,
          until: asNumber(record.until) ?? 0,
        }
      : [];
  });
}

/** Entries that are no session are left out. */
export function decodeSessions(value: unknown): readonly ListedSession[] {
  return asArray(asRecord(value)?.sessions).flatMap((entry) => decodeSession(entry) ?? []);
}

function decodeSession(value: unknown): ListedSession | undefined {
  const record = asRecord(value);
  const sessionId = asString(record?.session_id);
  const state = member(PHASES, record?.state);
  if (!record || !sessionId || !state) return undefined;
  const cost = asRecord(record.cost);
  const tokens = asRecord(record.tokens);
  const agentProcess = asRecord(record.process);
  const pid = asNumber(agentProcess?.pid);
  return {
    session_id: sessionId,
    agent: asString(record.agent) ?? '',
    state,
    started_at: asNumber(record.started_at) ?? null,
    ended_at: asNumber(record.ended_at) ?? null,
    reactivated_at: asNumber(record.reactivated_at) ?? null,
    // What cannot be read must not look like a sure sum.
    cost: {
      usd: asNumber(cost?.usd) ?? null,
      kind: member(COST_KINDS, cost?.kind) ?? 'unpriced',
      ...(Array.isArray(cost?.unpriced_models)
        ? { unpriced_models: cost.unpriced_models.filter((model) => typeof model === 'string') }
        : {}),
    },
    tokens: {
      input: asCount(tokens?.input),
      output: asCount(tokens?.output),
      cache_read: asCount(tokens?.cache_read),
      cache_write_5m: asCount(tokens?.cache_write_5m),
      cache_write_1h: asCount(tokens?.cache_write_1h),
    },
    tool_calls: asCount(record.tool_calls),
    errors: asCount(record.errors),
    files_read: asCount(record.files_read),
    files_modified: asCount(record.files_modified),
    process: pid === undefined ? null : { pid, alive: asBoolean(agentProcess?.alive) ?? false },
    parent_session_id: asString(record.parent_session_id) ?? null,
    guard: decodeGuard(record.guard),
  };
}

function decodeGuard(value: unknown): GuardState | null {
  const record = asRecord(value);
  const mode = member(GUARD_MODES, record?.mode);
  return mode ? { mode, reason: asString(record?.reason) ?? '' } : null;
}

function member<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((entry) => entry === value);
}
