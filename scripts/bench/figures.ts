/** What a benchmark measured, beside what it is held against in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** Of all three values. */
  readonly unit: string;
  readonly limit?: number;
  /** The limit is the least that is promised, not the most. */
  readonly at_least?: true;
  /** The alternative, or the least that can be had. */
  readonly beside?: { readonly name: string; readonly value: number };
}

/** Heads of the columns that `cellsOf` fills. */
export const COLUMNS = ['', 'measured', 'limit', 'beside it', 'ratio', ''] as const;

/** False for a value that is no number, too; undefined where nothing is promised. */
export function isKept({ value, limit, at_least }: Figure): boolean | undefined {
  if (limit === undefined) return undefined;
  return at_least ? value >= limit : value <= limit;
}

/** One row of a table, as text. */
export function cellsOf(figure: Figure): readonly string[] {
  const { name, value, unit, limit, at_least, beside } = figure;
  const kept = isKept(figure);
  return [
    name,
    withUnit(value, unit),
    limit === undefined ? '' : `${at_least ? '≥' : '≤'} ${withUnit(limit, unit)}`,
    beside === undefined ? '' : `${beside.name}: ${withUnit(beside.value, unit)}`,
    beside === undefined || beside.value === 0 ? '' : number(value / beside.value),
    kept === undefined ? '' : kept ? 'PASS' : 'FAIL',
  ];
}

function withUnit(value: number, unit: string): string {
  return `${number(value)} ${unit}`.trimEnd();
}

/** Three digits say enough of anything that is measured; of large numbers all are given. */
function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 };
  return value.toLocaleString('en', digits);
}
