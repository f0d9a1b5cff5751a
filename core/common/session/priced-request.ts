import type { RequestUsage } from '../cost/usage.ts';

/** A part of a request that nobody reported: see docs/cost.md for how each is guessed. */
export type Guess = 'tokens' | 'caching' | 'model';

/** One request to a model, with its price. */
export interface PricedRequest {
  /** `event_id` of the report: the same for the same request, in whichever session it is reported. */
  readonly id: string;
  readonly model: string;
  readonly usage: RequestUsage;
  /** Unix seconds. */
  readonly at: number;
  /** Micro-dollars; undefined when there is no price for it. */
  readonly microUsd: number | undefined;
  /** What of it is not known and was guessed; empty for a request that was reported. */
  readonly guessed: readonly Guess[];
}

/** What is known of each request, by `event_id`, in order of first report. */
export interface RequestsById {
  readonly size: number;
  get(id: string): PricedRequest | undefined;
  values(): Iterable<PricedRequest>;
}
