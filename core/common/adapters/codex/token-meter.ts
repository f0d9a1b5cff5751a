import type { Usage } from '../../cost/usage.ts';
import { asCount, asRecord, type JsonRecord } from '../../json.ts';

/** What a rollout has counted so far. Codex counts inclusively: `input` holds what was cached, `output` the reasoning. */
export interface TokenTotals {
  readonly input: number;
  readonly cached: number;
  readonly cacheWrite: number;
  readonly output: number;
}

/** Undefined when the value holds no counts. */
export function tokenTotals(value: unknown): TokenTotals | undefined {
  const record = asRecord(value);
  if (!record || (record.input_tokens === undefined && record.output_tokens === undefined)) return undefined;
  return {
    input: asCount(record.input_tokens),
    cached: asCount(record.cached_input_tokens),
    cacheWrite: asCount(record.cache_write_input_tokens),
    output: asCount(record.output_tokens),
  };
}

/** The totals that a `token_count` record tells; undefined for one that tells none, and for other records. */
export function totalsOfRecord(payload: JsonRecord | undefined): TokenTotals | undefined {
  if (payload?.type !== 'token_count') return undefined;
  return tokenTotals(asRecord(payload.info)?.total_token_usage);
}

/** Whether two reports tell the same counts, so that the second adds nothing. */
export function sameTotals(a: TokenTotals, b: TokenTotals): boolean {
  return a.input === b.input && a.cached === b.cached && a.cacheWrite === b.cacheWrite && a.output === b.output;
}

const NONE: TokenTotals = { input: 0, cached: 0, cacheWrite: 0, output: 0 };

/**
 * Tells what each request of a thread has used, from totals that grow. Every report may come more than once: nearly one
 * in ten repeats the totals before it, with the usage of a request that has been counted.
 */
export class TokenMeter {
  private base: TokenTotals | undefined;

  /** Totals that were counted elsewhere: those of the thread that this one has copied. */
  inherit(totals: TokenTotals): void {
    this.base = totals;
  }

  /**
   * Usage since the totals before; undefined when there is none. `last`: of the newest request, where it is told.
   * `continues`: the thread began as a copy of another, whose totals it may go on from.
   */
  grow(total: TokenTotals, last: TokenTotals | undefined, continues: boolean): Usage | undefined {
    const base = this.base ?? (continues && last ? minus(total, last) : NONE);
    this.base = total;
    if (sameTotals(base, total)) return undefined;
    // They begin anew now and then; what is told of the newest request is then all that is known.
    const shrunk = total.input < base.input || total.output < base.output;
    return usageOf(shrunk ? (last ?? total) : minus(total, base));
  }
}

function minus(a: TokenTotals, b: TokenTotals): TokenTotals {
  return {
    input: Math.max(0, a.input - b.input),
    cached: Math.max(0, a.cached - b.cached),
    cacheWrite: Math.max(0, a.cacheWrite - b.cacheWrite),
    output: Math.max(0, a.output - b.output),
  };
}

function usageOf({ input, cached, cacheWrite, output }: TokenTotals): Usage | undefined {
  if (input + cached + cacheWrite + output === 0) return undefined;
  const cacheRead = Math.min(cached, input);
  const written = Math.min(cacheWrite, input - cacheRead);
  return {
    input: input - cacheRead - written,
    output,
    cache_read: cacheRead,
    cache_write_5m: written,
    cache_write_1h: 0,
  };
}
