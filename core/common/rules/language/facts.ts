import type { Value } from './expression.ts';

/**
 * What an expression is held against. A value that is not known is undefined, and so is what depends on it: a rule on
 * an unknown value does not hold, nor does its opposite. `a && b` is false when either is, `a || b` true when either is.
 */
export interface Facts {
  /** By `VARIABLE_INDEX`. */
  readonly values: readonly (Value | undefined)[];
  /** Tool calls of the last so many seconds. */
  callsLast(seconds: number): number;
  /** US dollars spent in the last so many seconds; undefined when part of the cost is not known. */
  costLast(seconds: number): number | undefined;
}
