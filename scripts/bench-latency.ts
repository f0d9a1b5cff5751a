/**
 * `npm run bench:latency`: from the append of an event to what comes of it, beside the bare notification of a file,
 * measured in turn in one run: to the signal of the watcher, to the status model and to the row of the event panel of the
 * extension. Both ends of the signal are the same, a process that is found stopped; of the others the clock is read where
 * it happens. `--rounds N` of each (100).
 */
import type { Figure } from './bench/figures.ts';
import { benchOptions } from './bench/options.ts';
import { percentile } from './bench/percentile.ts';
import { report } from './bench/report.ts';
import { build } from './build.ts';
import { appendToRow } from './latency/append-to-row.ts';
import { appendToSignal } from './latency/append-to-signal.ts';
import { appendToStatus } from './latency/append-to-status.ts';
import type { Samples } from './latency/samples.ts';

const { rounds, ...mode } = benchOptions({ rounds: [100, 5] });
if (process.platform !== 'linux') throw new Error('this benchmark reads /proc, it runs on Linux');

/** Promised of the signal: at most so much more than the bare notification, at the median. */
const LIMIT_MS = 10;
const SHARES = [
  ['median', 0.5],
  ['99th percentile', 0.99],
] as const;

await build();
const figures = [
  ...figuresOf('signal', 'bare fs.watch and kill', await appendToSignal(rounds), LIMIT_MS),
  ...figuresOf('status model', 'bare fs.watch', await appendToStatus(rounds)),
  ...figuresOf('panel row', 'bare fs.watch', await appendToRow(rounds)),
];
report({ figures, rounds }, mode);

/** `limitMs`: what may be added at the median. */
function figuresOf(what: string, besides: string, { ours, bare }: Samples, limitMs?: number): readonly Figure[] {
  return SHARES.map(([name, share]) => {
    const least = percentile(bare, share);
    return {
      name: `append to ${what}, ${name}`,
      value: percentile(ours, share),
      unit: 'ms',
      ...(share === 0.5 && limitMs !== undefined && { limit: least + limitMs }),
      beside: { name: besides, value: least },
    };
  });
}
