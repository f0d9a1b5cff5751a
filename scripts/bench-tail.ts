/**
 * `npm run bench:tail`: the processor time that a watcher takes for an appended event, by the size that the session had
 * before; it should not matter. Beside it a reader that reads the whole file at each change, as simple ones do. `--events
 * N` appended (1000), `--rereads N` (10), `--small N` (1), `--middle N` (100) and `--large N` (1000) megabytes.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeEvent } from '../core/common/trace/trace-event.ts';
import type { Figure } from './bench/figures.ts';
import { writeSession } from './bench/made-up-session.ts';
import { benchOptions } from './bench/options.ts';
import { processorSeconds } from './bench/process-usage.ts';
import { registerSession } from './bench/register-session.ts';
import { report } from './bench/report.ts';
import { build } from './build.ts';
import { observe } from './observed-process.ts';
import { root } from './steps.ts';
import { waitFor } from './wait-for.ts';

const { events, rereads, small, middle, large, ...mode } = benchOptions({
  events: [1000, 20],
  rereads: [10, 2],
  small: [1, 1],
  middle: [100, 2],
  large: [1000, 4],
});
if (process.platform !== 'linux') throw new Error('this benchmark reads /proc, it runs on Linux');

/** Promised: so many times what it takes at a megabyte, at most. */
const FLAT = 1.2;
const MB = 1_000_000;
/** So much apart that each is a change of its own. */
const PAUSE_MS = 5;
const DEADLINE_MS = 300_000;

/** Does no more than a reader has to that keeps no position. */
const REREADER = `
  const fs = require('node:fs');
  const [file] = process.argv.slice(1);
  let lines = 0;
  fs.watch(file, () => {
    lines = 0;
    const bytes = fs.readFileSync(file);
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  });
  process.stderr.write('watching ');
`;

let appended = 0;

await build();
const home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'agent-trace-tail-')));
const agent = spawn('sleep', ['36000'], { stdio: 'ignore' });
try {
  const sizes = [small, middle, large];
  const figures: Figure[] = [];
  let least = Number.NaN;
  for (const size of sizes) {
    const { ours, reread } = await measure(size);
    if (size === small) least = ours;
    figures.push({
      name: `CPU for an event appended to ${size} MB`,
      value: ours,
      unit: 'ms',
      ...(size !== small && { limit: FLAT * least }),
      beside: { name: 'reading the file anew', value: reread },
    });
  }
  report({ figures, events, rereads }, mode);
} finally {
  agent.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
}

/** Milliseconds of the processor for an event. */
async function measure(size: number): Promise<{ readonly ours: number; readonly reread: number }> {
  const workspace = path.join(home, String(size));
  const store = path.join(workspace, '.agent-traces');
  const runtime = path.join(workspace, 'run');
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  writeSession(store, 'long', size * MB);
  registerSession(runtime, store, 'long', agent.pid as number);
  const file = path.join(store, 'long', 'events.ndjson');
  const watch = [path.join(root, 'dist', 'agent-trace.cjs'), 'watch', '--json', '--no-follow-native'];
  const ours = await cpuOfEach(watch, workspace, file, events);
  const reread = await cpuOfEach(['-e', REREADER, file], workspace, file, rereads);
  rmSync(workspace, { recursive: true });
  return { ours, reread };
}

async function cpuOfEach(args: readonly string[], workspace: string, file: string, count: number): Promise<number> {
  const env = { PATH: process.env['PATH'], HOME: home, AGENT_TRACE_RUNTIME_DIR: path.join(workspace, 'run') };
  const reader = spawn(process.execPath, args, { cwd: workspace, env, stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(reader, 'close');
  try {
    let said = '';
    reader.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
    });
    await waitFor('the reader to be ready', () => said.includes('watching '), DEADLINE_MS);
    // What is compiled late, and what a reader does once, is not meant.
    await append(reader, file, Math.ceil(count / 5));
    const before = await cpuAtRest(reader);
    await append(reader, file, count);
    return ((await cpuAtRest(reader)) - before) / count;
  } finally {
    reader.kill('SIGKILL');
    await ended;
  }
}

/** Each once the last has been read, by whoever rests between two. */
async function append(reader: ChildProcess, file: string, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    appended += 1;
    const data = { tool_name: 'Bash', arguments: { command: `npm test -- part-${appended}` } };
    const event = { event_id: `appended-${appended}`, session_id: 'long', timestamp: Date.now() / 1000 };
    appendFileSync(file, encodeEvent({ event_type: 'tool_call', ...event, data }));
    await sleep(PAUSE_MS);
    while (isBusy(reader)) await sleep(PAUSE_MS);
  }
}

/** Milliseconds of the processor that it has had, once it takes no more. */
async function cpuAtRest(reader: ChildProcess): Promise<number> {
  let last = Number.NaN;
  return waitFor(
    'the reader to come to rest',
    async () => {
      const before = last;
      last = processorSeconds(reader.pid as number) * 1000;
      await sleep(500);
      return last === before && !isBusy(reader) && { value: last };
    },
    DEADLINE_MS,
  ).then(({ value }) => value);
}

/** Whether it has a processor, or waits for one. */
function isBusy({ pid }: ChildProcess): boolean {
  return observe(pid as number)?.state === 'R';
}
