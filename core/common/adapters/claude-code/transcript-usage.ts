import { type RequestUsage, usageExtras } from '../../cost/usage.ts';
import { asArray, asCount, asRecord, asString, type JsonRecord, parseJson } from '../../json.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';

/** One request to the model as a transcript reports it. */
export interface ReportedRequest {
  /**
   * `msg_...`, in records that lack it the id of the request or of the record; the advisor's part of a request has the
   * same id with a suffix.
   */
  readonly id: string;
  readonly model: string;
  readonly usage: RequestUsage;
  /** Unix seconds; undefined when the line carries no time. */
  readonly at: number | undefined;
}

/** Written by the CLI itself for interrupts and API errors; nothing was billed. */
const SYNTHETIC = '<synthetic>';

/**
 * Reads the requests out of one line of a Claude Code transcript; most lines report none. One answer stands on several
 * lines, a content block each, every one repeating the usage while `output_tokens` may grow: the largest counts, see
 * `SessionLedger`.
 */
export function requestsOfTranscriptLine(text: string): readonly ReportedRequest[] {
  const line = asRecord(parseJson(text));
  return line?.type === 'assistant' ? requestsOfAnswer(line, recordTime(line)) : [];
}

/** The same of a record that holds an answer as its `message`. `at`: Unix seconds. */
export function requestsOfAnswer(record: JsonRecord, at: number | undefined): readonly ReportedRequest[] {
  const message = asRecord(record.message);
  const usage = asRecord(message?.usage);
  const id = asString(message?.id) || asString(record.requestId) || asString(record.uuid);
  const model = asString(message?.model);
  if (!usage || !id || !model || model === SYNTHETIC) return [];
  return [{ id, model, usage: usageOf(usage), at }, ...advisorRequests(id, usage, at)];
}

/** When a record was written, Unix seconds; undefined when it does not tell. */
export function recordTime(record: JsonRecord): number | undefined {
  const time = Date.parse(asString(record.timestamp) ?? '');
  return Number.isNaN(time) ? undefined : time / 1000;
}

/** The event that a request stands for; the same whoever finds it. `now`: Unix seconds, for one that carries no time. */
export function requestEvent(request: ReportedRequest, sessionId: string, now: number): TraceEvent {
  return {
    event_type: 'llm_response',
    timestamp: request.at ?? now,
    event_id: `llm-${request.id}`,
    session_id: sessionId,
    data: { model: request.model, usage: request.usage, message_id: request.id },
  };
}

function usageOf(usage: JsonRecord): RequestUsage {
  const created = asCount(usage.cache_creation_input_tokens);
  const lifetimes = asRecord(usage.cache_creation);
  const oneHour = Math.min(created, asCount(lifetimes?.ephemeral_1h_input_tokens));
  return {
    input: asCount(usage.input_tokens),
    output: asCount(usage.output_tokens),
    cache_read: asCount(usage.cache_read_input_tokens),
    cache_write_5m: created - oneHour,
    cache_write_1h: oneHour,
    ...usageExtras({
      reasoning: asRecord(usage.output_tokens_details)?.thinking_tokens,
      web_searches: asRecord(usage.server_tool_use)?.web_search_requests,
      speed: usage.speed,
      inference_geo: usage.inference_geo,
      service_tier: usage.service_tier,
    }),
  };
}

/** The advisor is another model asked within the request; its tokens are not in the top-level counters. */
function advisorRequests(id: string, usage: JsonRecord, at: number | undefined): readonly ReportedRequest[] {
  return asArray(usage.iterations).flatMap((entry, index) => {
    const iteration = asRecord(entry);
    const model = asString(iteration?.model);
    if (iteration?.type !== 'advisor_message' || !model) return [];
    return [{ id: `${id}.advisor-${index}`, model, usage: usageOf(iteration), at }];
  });
}
