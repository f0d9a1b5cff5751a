/**
 * `npm run bench:catch-up`: from the first byte of a session's events to its state, as `agent-trace status` reads it,
 * beside `readFileSync`, split and `JSON.parse` of every line, which comes to no state at all; in turns, each a process of
 * its own from its start. The sessions are made up, with sizes as real ones have them. `--megabytes N` (100), `--large N`
 * (1000) megabytes for which memory counts, `--rounds N` (5).
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Figure } from './bench/figures.ts';
import { writeSession } from './bench/made-up-session.ts';
import { benchOptions } from './bench/options.ts';
import { report } from './bench/report.ts';
import { bestOf, TIME_TOOLS, type TimedRun, timedRun } from './bench/timed-run.ts';
import { build } from './build.ts';
import { root } from './steps.ts';
import { installSystemTools } from './system-tools.ts';

const MB = 1_000_000;
/** Promised, however large the file is. */
const MEMORY_LIMIT_MB = 150;
const ALTERNATIVE = 'JSON.parse of every line';

const { megabytes, large, rounds, ...mode } = benchOptions({ megabytes: [100, 2], large: [1000, 4], rounds: [5, 1] });

await installSystemTools(TIME_TOOLS);
await build();
const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-trace-catch-up-')));
try {
  const [usual, most] = [await compare(megabytes, rounds), await compare(large, 1)];
  const figures: readonly Figure[] = [
    {
      name: `${megabytes} MB to its state, time`,
      value: usual.ours.wall,
      unit: 's',
      limit: usual.plain.wall,
      beside: { name: ALTERNATIVE, value: usual.plain.wall },
    },
    ...further(megabytes, usual),
    {
      name: `${large} MB to its state, time`,
      value: most.ours.wall,
      unit: 's',
      beside: { name: ALTERNATIVE, value: most.plain.wall },
    },
    ...further(large, most, MEMORY_LIMIT_MB),
  ];
  report({ figures }, mode);
} finally {
  rmSync(home, { recursive: true, force: true });
}

interface Pair {
  readonly ours: Omit<TimedRun, 'stdout'>;
  readonly plain: Omit<TimedRun, 'stdout'>;
}

async function compare(size: number, times: number): Promise<Pair> {
  const store = path.join(home, '.agent-traces');
  const made = writeSession(store, 'long', size * MB);
  const ours: TimedRun[] = [];
  const plain: TimedRun[] = [];
  const status = [process.execPath, path.join(root, 'dist', 'agent-trace.cjs'), 'status', 'long', '--json'];
  const parse = [
    process.execPath,
    path.join(root, 'scripts', 'parse-file.mjs'),
    path.join(store, 'long/events.ndjson'),
  ];
  for (let round = 0; round < times; round += 1) {
    plain.push(await timedRun(parse, home));
    ours.push(await timedRun(status, home));
  }
  const { tool_calls } = JSON.parse(ours[0]?.stdout ?? '') as { readonly tool_calls: number };
  const parsed = Number(plain[0]?.stdout);
  if (tool_calls !== made.calls || parsed !== made.events)
    throw new Error(`of ${made.calls} calls ${tool_calls} were counted, of ${made.events} lines ${parsed}`);
  rmSync(store, { recursive: true });
  return { ours: bestOf(ours), plain: bestOf(plain) };
}

function further(size: number, { ours, plain }: Pair, limit?: number): readonly Figure[] {
  return [
    { name: `${size} MB, CPU`, value: ours.cpu, unit: 's', beside: { name: ALTERNATIVE, value: plain.cpu } },
    {
      name: `${size} MB, memory`,
      value: ours.memory,
      unit: 'MB',
      ...(limit !== undefined && { limit }),
      beside: { name: ALTERNATIVE, value: plain.memory },
    },
  ];
}
