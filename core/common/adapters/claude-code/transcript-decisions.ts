import { asNumber, asRecord, asString, type JsonRecord } from '../../json.ts';
import type { EventData } from '../../trace/trace-event.ts';

/** What a record of type `system` says that was decided: a compaction, or a request that failed and is made again. */
export function systemDecision(record: JsonRecord): EventData | undefined {
  if (record.subtype === 'compact_boundary' || record.subtype === 'microcompact_boundary') {
    const payload = asRecord(record.compactMetadata) ?? asRecord(record.microcompactMetadata) ?? {};
    const choice = `compaction done (${asString(payload.trigger) ?? '?'})`;
    return { hook_event_name: 'PostCompact', choice, payload };
  }
  if (record.subtype !== 'api_error') return undefined;
  const { retryAttempt, maxRetries, retryInMs } = record;
  const choice = `request failed, retry ${asNumber(retryAttempt) ?? '?'} of ${asNumber(maxRetries) ?? '?'}`;
  return { hook_event_name: 'ApiError', choice, payload: { retryAttempt, maxRetries, retryInMs } };
}

/** What the program itself says, from 2.1.329 on, that the session has cost so far. `isPart`: a model has no price. */
export function costDecision(usd: number, isPart: boolean): EventData {
  const part = isPart ? ', without models it has no price for' : '';
  const choice = `cost so far by the agent's own count: $${usd.toFixed(4)}${part}`;
  return { hook_event_name: 'CostState', choice, reported_usd: usd };
}
