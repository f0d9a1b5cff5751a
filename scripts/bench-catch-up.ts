/**
 * `npm run bench:catch-up`: from the first byte of a session's events to its state, as `agent-trace status` reads it,
 * beside `readFileSync`, split and `JSON.parse` of every line, which comes to no state at all, and beside the same with
 * what it takes to come to that state; in turns, each a process of its own from its start. The sessions are made up, with
 * sizes as real ones have them. `--megabytes N` (100), `--large N` (1000) megabytes for which memory counts, `--rounds N`
 * (5).
 */
import { constants } from 'node:buffer';
import { mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build as bundle } from 'esbuild';
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
const WHOLE = 'read whole, to the same state';

const { megabytes, large, rounds, ...mode } = benchOptions({ megabytes: [100, 2], large: [1000, 4], rounds: [5, 1] });

await installSystemTools(TIME_TOOLS);
await build();
const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-trace-catch-up-')));
const countWhole = path.join(home, 'count-whole.cjs');
try {
  await bundle({
    entryPoints: [path.join(root, 'scripts', 'bench', 'count-whole.ts')],
    outfile: countWhole,
    bundle: true,
    minify: true,
    platform: 'node',
    logLevel: 'error',
  });
  const [usual, most] = [await compare(megabytes, rounds), await compare(large, 1)];
  const figures: readonly Figure[] = [
    {
      name: `${megabytes} MB to its state, time`,
      value: usual.ours.wall,
      unit: 's',
      limit: usual.plain.wall,
      beside: { name: ALTERNATIVE, value: usual.plain.wall },
    },
    ...wholeOf(megabytes, usual),
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

interface Compared {
  readonly ours: Omit<TimedRun, 'stdout'>;
  readonly plain: Omit<TimedRun, 'stdout'>;
  /** Undefined for what is longer than a string may be. */
  readonly whole: Omit<TimedRun, 'stdout'> | undefined;
}

async function compare(size: number, times: number): Promise<Compared> {
  const store = path.join(home, '.agent-traces');
  const made = writeSession(store, 'long', size * MB);
  const ours: TimedRun[] = [];
  const plain: TimedRun[] = [];
  const whole: TimedRun[] = [];
  const status = [process.execPath, path.join(root, 'dist', 'agent-trace.cjs'), 'status', 'long', '--json'];
  const file = path.join(store, 'long', 'events.ndjson');
  const parse = [process.execPath, path.join(root, 'scripts', 'parse-file.mjs'), file];
  for (let round = 0; round < times; round += 1) {
    plain.push(await timedRun(parse, home));
    ours.push(await timedRun(status, home));
    if (statSync(file).size < constants.MAX_STRING_LENGTH)
      whole.push(await timedRun([process.execPath, countWhole, file], home));
  }
  const { tool_calls } = JSON.parse(ours[0]?.stdout ?? '') as { readonly tool_calls: number };
  const parsed = Number(plain[0]?.stdout);
  const counted = whole.map(({ stdout }) => Number(stdout));
  if ([tool_calls, ...counted].some((calls) => calls !== made.calls) || parsed !== made.events)
    throw new Error(`of ${made.calls} calls ${tool_calls}, ${counted} were counted, of ${made.events} lines ${parsed}`);
  rmSync(store, { recursive: true });
  return { ours: bestOf(ours), plain: bestOf(plain), whole: whole.length > 0 ? bestOf(whole) : undefined };
}

/** What it takes without all that makes ours faster. */
function wholeOf(size: number, { plain, whole }: Compared): readonly Figure[] {
  if (!whole) return [];
  return [
    {
      name: `${size} MB ${WHOLE}, time`,
      value: whole.wall,
      unit: 's',
      beside: { name: ALTERNATIVE, value: plain.wall },
    },
  ];
}

function further(size: number, { ours, plain }: Compared, limit?: number): readonly Figure[] {
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
