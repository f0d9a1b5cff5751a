/**
 * `npm run bench:latency`: from the append of an event that breaks a rule to the signal's effect, beside the bare cost
 * of a file notification, measured in turn in one run. Both ends are the same: an append to a file, and a process that
 * is found stopped. Ours goes through the real watcher; the limit is a process that does nothing but wait for `fs.watch`
 * and send SIGSTOP. `--rounds N` (100), `--json`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { encodeEvent, type TraceEvent } from '../core/common/trace/trace-event.ts';
import { systemProcessTable } from '../core/node/process/platform.ts';
import { writeRegistration } from '../core/node/process/registration.ts';
import { runtimeDir } from '../core/node/runtime-dir.ts';
import { build } from './build.ts';
import { root } from './steps.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' }, json: { type: 'boolean' } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds takes a whole number from 1, not ${values.rounds}`);
if (process.platform !== 'linux') throw new Error('this benchmark reads /proc, it runs on Linux');

const DEADLINE_MS = 10_000;
const SETTLE_MS = 20;
const WARM_UP = 5;
/** Promised: at most so much more than the bare notification, at the median. */
const LIMIT_MS = 10;

/** The limit: as little as a program can do between a notification and a signal. */
const BARE_WATCHER = `
  const fs = require('node:fs');
  const [file, pid] = process.argv.slice(1);
  fs.watch(file, () => process.kill(Number(pid), 'SIGSTOP'));
  process.stdout.write('ready');
`;

await build();
const home = mkdtempSync(path.join(os.tmpdir(), 'agent-trace-latency-'));
const workspace = realpathSync(home);
const sessionId = 'bench';
const store = path.join(workspace, '.agent-traces');
const session = path.join(store, sessionId);
const env = {
  ...process.env,
  HOME: workspace,
  AGENT_TRACE_RUNTIME_DIR: path.join(workspace, 'run'),
  AGENT_TRACE_DIR: store,
};
const children: ChildProcess[] = [];
let added = Number.NaN;

try {
  mkdirSync(session, { recursive: true, mode: 0o700 });
  const rules = [{ name: 'breach', condition: 'command matches "breach*"', action: 'pause' }];
  writeFileSync(path.join(workspace, '.watch-rules.json'), JSON.stringify({ rules }));

  const target = start('sleep', ['3600']);
  const bareTarget = start('sleep', ['3600']);
  register(target);
  const now = () => Date.now() / 1000;
  const events = path.join(session, 'events.ndjson');
  const meta = { session_id: sessionId, started_at: now(), agent_name: 'bench' };
  writeFileSync(path.join(session, 'meta.json'), JSON.stringify(meta));
  let count = 0;
  const event = (data: TraceEvent['data'], event_type: TraceEvent['event_type'] = 'tool_call') =>
    encodeEvent({ event_type, timestamp: now(), event_id: `e${count++}`, session_id: sessionId, data });
  appendFileSync(events, event({ agent: 'bench', cwd: workspace }, 'session_start'));

  const bareFile = path.join(workspace, 'bare');
  writeFileSync(bareFile, '');
  await ready(start(process.execPath, ['-e', BARE_WATCHER, bareFile, String(bareTarget)], 'pipe'), 'ready');
  const watch = start(process.execPath, [path.join(root, 'dist/agent-trace.cjs'), 'watch', '--json'], 'pipe');
  await ready(watch, 'watching ');

  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const line = event({ tool_name: 'Bash', arguments: { command: `breach ${round}` } });
    const bareMs = await untilStopped(bareTarget, () => appendFileSync(bareFile, line));
    const oursMs = await untilStopped(target, () => appendFileSync(events, line));
    if (round < 0) continue;
    bare.push(bareMs);
    ours.push(oursMs);
  }
  added = report({ bare, ours });
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
}
process.exit(added > LIMIT_MS ? 1 : 0);

function start(program: string, args: readonly string[]): number;
function start(program: string, args: readonly string[], stdout: 'pipe'): ChildProcess;
function start(program: string, args: readonly string[], stdout: 'pipe' | 'ignore' = 'ignore'): ChildProcess | number {
  const child = spawn(program, args, {
    cwd: workspace,
    env,
    stdio: ['ignore', stdout, stdout === 'pipe' ? 'pipe' : 'inherit'],
  });
  children.push(child);
  if (stdout === 'pipe') return child;
  if (child.pid === undefined) throw new Error(`cannot start ${program}`);
  return child.pid;
}

async function ready(child: ChildProcess, word: string): Promise<void> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  }
  for (const end = Date.now() + DEADLINE_MS; !said.includes(word); await sleep(10)) {
    if (Date.now() > end) throw new Error(`${child.spawnargs.join(' ')} did not get ready; it said: ${said}`);
  }
}

function register(pid: number): void {
  const info = systemProcessTable().read(pid);
  if (!info) throw new Error(`process ${pid} is gone`);
  writeRegistration(runtimeDir(env), {
    session_id: sessionId,
    store,
    process: { pid, startTime: info.startTime, bootId: info.bootId },
    executable: info.name,
    agent: 'bench',
    source: 'spawned',
    registered_at: Date.now() / 1000,
  });
}

/** Milliseconds from `act` to the moment the process is found stopped; leaves it running again. */
async function untilStopped(pid: number, act: () => void): Promise<number> {
  const started = performance.now();
  act();
  while (!isStopped(pid)) {
    if (performance.now() - started > DEADLINE_MS)
      throw new Error(`process ${pid} was not stopped in ${DEADLINE_MS} ms`);
  }
  const took = performance.now() - started;
  // The watcher still reads states back; continuing the process under it would make it signal again.
  await sleep(SETTLE_MS);
  process.kill(pid, 'SIGCONT');
  while (isStopped(pid)) await sleep(1);
  await sleep(SETTLE_MS);
  return took;
}

function isStopped(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.charAt(stat.lastIndexOf(')') + 2) === 'T';
}

/** Prints the figures; gives what is added at the median, in milliseconds. */
function report(samples: { bare: number[]; ours: number[] }): number {
  const at = (sorted: readonly number[], share: number) =>
    sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  const figures = (values: readonly number[]) => {
    const sorted = [...values].sort((a, b) => a - b);
    return { median_ms: at(sorted, 0.5), p99_ms: at(sorted, 0.99), min_ms: at(sorted, 0), max_ms: at(sorted, 1) };
  };
  const bare = figures(samples.bare);
  const ours = figures(samples.ours);
  const added = ours.median_ms - bare.median_ms;
  if (values.json) {
    console.log(JSON.stringify({ rounds, bare_notification: bare, agent_trace: ours, added_median_ms: added }));
    return added;
  }
  const row = (name: string, f: typeof bare) =>
    `${name.padEnd(44)}${[f.median_ms, f.p99_ms, f.min_ms, f.max_ms].map((ms) => ms.toFixed(2).padStart(9)).join('')}`;
  console.log(`From append to signal, ${rounds} rounds of each in turn, milliseconds\n`);
  console.log(`${''.padEnd(44)}${['median', 'p99', 'min', 'max'].map((name) => name.padStart(9)).join('')}`);
  console.log(row('bare fs.watch + kill (the limit)', bare));
  console.log(row('agent-trace watch, rule to pause', ours));
  console.log(`\nadded by agent-trace at the median: ${added.toFixed(2)} ms (promised: at most ${LIMIT_MS})`);
  return added;
}
