import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../steps.ts';
import { COLUMNS, cellsOf } from './figures.ts';
import { type Result, type Results, readResults } from './results.ts';

const PAGE = path.join(root, 'docs', 'performance.md');
/** What stands between them is written by `npm run bench`. */
const MARKED = /(<!-- bench (\S+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** Writes the tables of docs/performance.md anew from the results that are kept. */
export function writeTables(): void {
  writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8'), readResults()));
}

/** A page whose marked places have the tables of these results. */
export function withTables(page: string, results: Results): string {
  return page.replace(MARKED, (_, start: string, name: string, end: string) => {
    const result = results[name];
    return `${start}${result === undefined ? 'Not measured yet.\n' : tableOf(result)}${end}`;
  });
}

/** Names of the benchmarks that a page has a place for. */
export function placesIn(page: string): readonly string[] {
  return [...page.matchAll(MARKED)].map(([, , name = '']) => name);
}

function tableOf({ date, node, cpus, cpu, figures }: Result): string {
  const rule = COLUMNS.map((_, column) => (column === 0 ? '---' : '---:'));
  const rows = [COLUMNS, rule, ...figures.map(cellsOf)].map((row) => `| ${row.join(' | ')} |\n`);
  return `${rows.join('')}\nMeasured on ${date} with Node ${node} on ${cpus} processors (${cpu}).\n`;
}
