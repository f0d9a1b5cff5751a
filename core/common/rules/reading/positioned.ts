/** A stretch of a source text, in UTF-16 units. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** A value of a JSON or YAML text that knows where it stands; one checker serves both formats. */
export type PositionedValue = PositionedScalar | PositionedList | PositionedMap;

export interface PositionedScalar extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
}

export interface PositionedList extends Span {
  readonly kind: 'list';
  readonly items: readonly PositionedValue[];
}

/** Entries in the order of the text; a name may stand twice, it is the checker that objects. */
export interface PositionedMap extends Span {
  readonly kind: 'map';
  readonly entries: readonly PositionedEntry[];
}

export interface PositionedEntry {
  readonly key: Span & { readonly name: string };
  readonly value: PositionedValue;
}

/** Something wrong at a place of a source text; becomes a `RuleIssue` by `toIssues`. */
export interface Mistake {
  readonly span: Span;
  readonly message: string;
  readonly hint: string;
  /** What was probably meant, to stand in the place of the one word at `span`. */
  readonly replacement?: string | undefined;
  /** True when the line may hold a secret and must not be shown. */
  readonly secret?: boolean;
}

/** What a reader of a format gives: the text's one value, or why there is none. */
export type ReadResult = { readonly value: PositionedValue } | { readonly mistakes: readonly Mistake[] };

/** Rules need four levels; what is deeper than this is no rule file, and would exhaust a recursive reader. */
export const MAX_DEPTH = 32;

/**
 * Where `length` units at `start` of a text value stand in the source. Exact while the value stands there
 * plainly, or with escapes of one sign (`\"`) up to there; otherwise the whole scalar.
 */
export function spanWithin(source: string, scalar: Span, value: string, start: number, length: number): Span {
  const at = source.slice(scalar.offset, scalar.offset + scalar.length).indexOf(value);
  if (at >= 0 && value !== '') return { offset: scalar.offset + at + start, length: Math.max(1, length) };
  const from = offsetWithin(source, scalar, value, start);
  const to = offsetWithin(source, scalar, value, start + length);
  if (value === '' || from === undefined || to === undefined) return scalar;
  return { offset: from, length: Math.max(1, to - from) };
}

/** Where the unit `index` of a scalar's value stands in the source; undefined when it is written in another way. */
function offsetWithin(source: string, scalar: Span, value: string, index: number): number | undefined {
  const quote = /["']/.exec(source[scalar.offset] ?? '')?.[0];
  let offset = scalar.offset + (quote ? 1 : 0);
  for (let read = 0; read < Math.min(index, value.length); read += 1) {
    const isEscaped = source[offset] === (quote === "'" ? "'" : '\\') && source[offset + 1] === value[read];
    if (quote && isEscaped) offset += 1;
    if (source[offset] !== value[read]) return undefined;
    offset += 1;
  }
  return offset;
}
