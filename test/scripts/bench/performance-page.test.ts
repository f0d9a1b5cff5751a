import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { placesIn, withTables } from '../../../scripts/bench/performance-page.ts';
import { readResults } from '../../../scripts/bench/results.ts';
import { root } from '../../../scripts/steps.ts';

const PAGE = readFileSync(path.join(root, 'docs', 'performance.md'), 'utf8');
const BENCHES = readdirSync(path.join(root, 'scripts')).flatMap((file) => /^bench-(.+)\.ts$/.exec(file)?.[1] ?? []);

describe('docs/performance.md', () => {
  it('has the figures of bench/results.json, as npm run bench -- --table writes them', () => {
    expect(PAGE).toBe(withTables(PAGE, readResults()));
  });

  it('has a place for each benchmark, and for nothing else', () => {
    expect([...placesIn(PAGE)].sort()).toEqual(BENCHES.sort());
    expect(Object.keys(readResults()).filter((name) => !BENCHES.includes(name))).toEqual([]);
  });

  it('says how a figure stands to its limit and to what is beside it', () => {
    const figure = { name: 'answer', value: 6, unit: 'ms', limit: 5, beside: { name: 'none', value: 4 } };
    const rate = { name: 'rate', value: 1_234_567, unit: '/s', limit: 1_000_000, at_least: true } as const;
    const result = { date: '2026-11-27', node: 'v24.0.0', cpus: 2, cpu: 'a processor', figures: [figure, rate] };
    expect(withTables('<!-- bench x -->\nold\n<!-- end -->', { x: result })).toBe(
      [
        '<!-- bench x -->',
        '|  | measured | limit | beside it | ratio |  |',
        '| --- | ---: | ---: | ---: | ---: | ---: |',
        '| answer | 6 ms | ≤ 5 ms | none: 4 ms | 1.5 | FAIL |',
        '| rate | 1,234,567 /s | ≥ 1,000,000 /s |  |  | PASS |',
        '',
        'Measured on 2026-11-27 with Node v24.0.0 on 2 processors (a processor).',
        '<!-- end -->',
      ].join('\n'),
    );
  });
});
