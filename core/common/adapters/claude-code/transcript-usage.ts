import type { Usage } from '../../cost/usage.ts';
import { asArray, asCount, asRecord, asString, type JsonRecord, parseJson } from '../../json.ts';

/** One request to the model as a transcript reports it. */
export interface ReportedRequest {
  /** `msg_...`; the advisor's part of a request has the same id with a suffix. */
  readonly id: string;
  readonly model: string;
  readonly usage: Usage;
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
  if (line?.type !== 'assistant') return [];
  const message = asRecord(line.message);
  const usage = asRecord(message?.usage);
  const id = asString(message?.id);
  const model = asString(message?.model);
  if (!usage || !id || !model || model === SYNTHETIC) return [];
  const time = Date.parse(asString(line.timestamp) ?? '');
  const at = Number.isNaN(time) ? undefined : time / 1000;
  return [{ id, model, usage: usageOf(usage), at }, ...advisorRequests(id, usage, at)];
}

function usageOf(usage: JsonRecord): Usage {
  const created = asCount(usage.cache_creation_input_tokens);
  const lifetimes = asRecord(usage.cache_creation);
  const oneHour = Math.min(created, asCount(lifetimes?.ephemeral_1h_input_tokens));
  return {
    input: asCount(usage.input_tokens),
    output: asCount(usage.output_tokens),
    cache_read: asCount(usage.cache_read_input_tokens),
    cache_write_5m: created - oneHour,
    cache_write_1h: oneHour,
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
