import { asCount, asRecord, asString } from '../json.ts';

/** Tokens in disjoint classes: context size = input + cache_read + cache_write_5m + cache_write_1h. */
export interface Usage {
  /** Uncached input tokens. */
  readonly input: number;
  /** Output tokens, reasoning included. */
  readonly output: number;
  readonly cache_read: number;
  readonly cache_write_5m: number;
  readonly cache_write_1h: number;
}

/** Usage of one request, with what else decides its price. Facts that are at their default are left out. */
export interface RequestUsage extends Usage {
  /** The part of `output` that was reasoning; for information. */
  readonly reasoning?: number;
  /** Searches of the web that the model's vendor made, each billed by itself. */
  readonly web_searches?: number;
  /** `fast`: answered faster for more money. */
  readonly speed?: string;
  /** Region the request had to stay in: `us` costs more. */
  readonly inference_geo?: string;
  /** `batch`: answered later for less money. */
  readonly service_tier?: string;
}

/** Tokens of a request that used none. */
export const NO_USAGE: Usage = { input: 0, output: 0, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0 };

/** Values that cost nothing extra, as the model APIs write them. */
const PLAIN = new Set(['', 'standard', 'global', 'not_available', 'default', 'auto']);

/**
 * Reads `data.usage` of an `llm_response`; missing classes are 0. Undefined when there is no usage object at all.
 * Traces of other tools carry the model API's own names (`input_tokens`, ...), which are as disjoint as ours.
 */
export function decodeUsage(value: unknown): RequestUsage | undefined {
  const record = asRecord(value);
  if (!record) return undefined;
  return {
    input: asCount(record.input ?? record.input_tokens),
    output: asCount(record.output ?? record.output_tokens),
    cache_read: asCount(record.cache_read ?? record.cache_read_input_tokens),
    cache_write_5m: asCount(record.cache_write_5m ?? record.cache_creation_input_tokens),
    cache_write_1h: asCount(record.cache_write_1h),
    ...usageExtras(record),
  };
}

type Extras = Omit<RequestUsage, keyof Usage>;

/** Everything of a `RequestUsage` that is not a class of tokens, out of a record with its names. */
export function usageExtras(record: Readonly<Record<string, unknown>>): Extras {
  const extras: { -readonly [Name in keyof Extras]: Extras[Name] } = {};
  const reasoning = asCount(record.reasoning);
  if (reasoning > 0) extras.reasoning = reasoning;
  const searches = asCount(record.web_searches);
  if (searches > 0) extras.web_searches = searches;
  const speed = special(record.speed);
  if (speed !== undefined) extras.speed = speed;
  const geo = special(record.inference_geo);
  if (geo !== undefined) extras.inference_geo = geo;
  const tier = special(record.service_tier);
  if (tier !== undefined) extras.service_tier = tier;
  return extras;
}

function special(value: unknown): string | undefined {
  const text = asString(value)?.toLowerCase();
  return text === undefined || PLAIN.has(text) ? undefined : text;
}

/** Sums the classes of tokens. */
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
