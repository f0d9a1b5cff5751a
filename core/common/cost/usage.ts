import { asCount, asRecord } from '../json.ts';

/** Tokens of one request, in disjoint classes: context size = input + cache_read + cache_write_5m + cache_write_1h. */
export interface Usage {
  /** Uncached input tokens. */
  readonly input: number;
  /** Output tokens, reasoning included. */
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
}

export const NO_USAGE: Usage = { input: 0, output: 0, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0 };

/**
 * Reads `data.usage` of an `llm_response`; missing classes are 0. Undefined when there is no usage object at all.
 * Traces of other tools carry the model API's own names (`input_tokens`, ...), which are as disjoint as ours.
 */
export function decodeUsage(value: unknown): Usage | undefined {
  const record = asRecord(value);
  if (!record) return undefined;
  return {
    input: asCount(record.input ?? record.input_tokens),
    output: asCount(record.output ?? record.output_tokens),
    cache_read: asCount(record.cache_read ?? record.cache_read_input_tokens),
    cache_write_5m: asCount(record.cache_write_5m ?? record.cache_creation_input_tokens),
    cache_write_1h: asCount(record.cache_write_1h),
  };
}

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    cache_read: a.cache_read + b.cache_read,
    cache_write_5m: a.cache_write_5m + b.cache_write_5m,
    cache_write_1h: a.cache_write_1h + b.cache_write_1h,
  };
}

/** Tokens the model had before it when it answered. */
export function contextTokens(usage: Usage): number {
  return usage.input + usage.cache_read + usage.cache_write_5m + usage.cache_write_1h;
}
