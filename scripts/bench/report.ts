import { COLUMNS, cellsOf, type Figure, isKept } from './figures.ts';
import type { BenchMode } from './options.ts';

/** All that a benchmark says: its figures, and what else it measured. */
export interface Measured {
  readonly figures: readonly Figure[];
  readonly [detail: string]: unknown;
}

/**
 * Prints a benchmark's figures as a table, or with `--json` all of it as the last line of the output. The process ends
 * with 1 when a limit is missed. The sizes of `--quick` are too small for limits to hold.
 */
export function report(measured: Measured, { json, quick }: BenchMode): void {
  const figures = quick ? measured.figures.map(({ limit, ...figure }): Figure => figure) : measured.figures;
  if (json) console.log(JSON.stringify({ ...measured, figures }));
  else printTable(figures);
  if (figures.some((figure) => isKept(figure) === false)) process.exitCode = 1;
}

/** A table for a terminal. */
export function printTable(figures: readonly Figure[]): void {
  const rows = [COLUMNS, ...figures.map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    console.log(cells.join('  ').trimEnd());
  }
}
