/**
 * `npm run bench:start`: how long the command line takes to say its version, and the watcher to be ready, beside a Node
 * that does nothing (`node -e 0`); in turns. What the extension adds to the editor's start is in `bench:editor`.
 * `--rounds N` (20).
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchOptions } from './bench/options.ts';
import { median } from './bench/percentile.ts';
import { report } from './bench/report.ts';
import { build } from './build.ts';
import { machineNode } from './machine-node.ts';
import { root } from './steps.ts';

const { rounds, ...mode } = benchOptions({ rounds: [20, 2] });
const node = machineNode();
const program = path.join(root, 'dist', 'agent-trace.cjs');

await build();
const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-trace-start-')));
const env = { PATH: process.env['PATH'], HOME: home };
const taken = { bare: [] as number[], version: [] as number[], ready: [] as number[] };
try {
  // The first round warms up.
  for (let round = -1; round < rounds; round += 1) {
    const [bare, version, ready] = [toEnd('-e', '0'), toEnd(program, '--version'), await toReady()];
    if (round < 0) continue;
    taken.bare.push(bare);
    taken.version.push(version);
    taken.ready.push(ready);
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
/** Promised: how many times as long as a Node that does nothing. */
const LONGEST_VERSION = 1.3;
const common = { unit: 'ms', beside: { name: 'node -e 0', value: median(taken.bare) } };
const figures = [
  {
    name: 'agent-trace --version',
    value: median(taken.version),
    limit: LONGEST_VERSION * common.beside.value,
    ...common,
  },
  { name: 'agent-trace watch, until it is ready', value: median(taken.ready), ...common },
];
const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
report({ figures, node: version, taken }, mode);

/** Milliseconds until it has ended. */
function toEnd(...args: readonly string[]): number {
  const started = performance.now();
  const { status } = spawnSync(node, args, { cwd: home, env, stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - started;
}

/** Milliseconds until the watcher says that it watches. */
async function toReady(): Promise<number> {
  const started = performance.now();
  const watcher = spawn(node, [program, 'watch', '--json'], { cwd: home, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(watcher, 'close');
  let took: number | undefined;
  let said = '';
  watcher.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (took !== undefined || !said.includes('watching ')) return;
    took = performance.now() - started;
    watcher.kill('SIGTERM');
  });
  await ended;
  if (took === undefined) throw new Error(`the watcher ended and said: ${said}`);
  return took;
}
