/**
 * What the hook costs an agent, beside a bare `node -e 0` on the machine's own Node. `node scripts/bench-hook.ts
 * [--json] [--rounds N] [--node PATH] [--hook BUNDLE]`. Ends with 1 when the hook takes more than its share of CPU.
 *
 * The contestants take turns, in batches, so that whatever else the machine does meets all of them. CPU is user and
 * system time of the finished processes as the shell's `times` counts them (milliseconds); wall time is a batch's,
 * divided. Both contain the same shell around each process.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeRegistration } from '../core/node/process/registration.ts';
import { build } from './build.ts';
import { machineNode } from './machine-node.ts';

const CPU_LIMIT = 1.35;
const RUNS_A_BATCH = 5;
const RESULT_BYTES = 20_000;
const SESSION = '0b6f1c9e-3d0a-4a3e-9a0f-2f1f6a0f9c11';

interface Contestant {
  readonly name: string;
  /** Arguments of node. */
  readonly args: readonly string[];
  readonly input: string;
}

/** Milliseconds of one process. */
interface Sample {
  readonly cpu: number;
  readonly wall: number;
}

interface Row {
  readonly name: string;
  readonly cpu_ms: number;
  readonly wall_ms: number;
  /** Medians of the ratios to the bare node of the same round. */
  readonly cpu_ratio: number;
  readonly wall_ratio: number;
}

/** Each run is given one more line of transcript, as an agent writes between two steps. */
const BATCH = `
for ((run = 0; run < $1; run++)); do
  printf '%s\\n' "$3" >>"$4"
  "\${@:5}" <"$2" >/dev/null
done
times`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '40' },
      node: { type: 'string', default: machineNode() },
      hook: { type: 'string' },
    },
  });
  if (!values.hook) await build();
  const hook = path.resolve(values.hook ?? path.join(import.meta.dirname, '..', 'dist', 'hook.cjs'));
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-trace-bench-')));
  try {
    const bench = new Bench(folder, values.node);
    const contestants = bench.contestants(hook);
    const rows = bench.compare(contestants, Number(values.rounds));
    print(rows, bench.nodeVersion(), Number(values.rounds), values.json);
    if (rows.some((row) => row.cpu_ratio > CPU_LIMIT)) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Bench {
  private readonly folder: string;
  private readonly node: string;
  private readonly env: Readonly<Record<string, string>>;

  constructor(folder: string, node: string) {
    this.folder = folder;
    this.node = node;
    this.env = {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      AGENT_TRACE_RUNTIME_DIR: path.join(folder, 'run'),
      CLAUDE_PROJECT_DIR: folder,
    };
    mkdirSync(path.join(folder, 'run'), { mode: 0o700 });
    // The agent's process is looked for once a session, at its start; from then on it is registered.
    writeRegistration(path.join(folder, 'run'), {
      session_id: SESSION,
      store: path.join(folder, '.agent-traces'),
      process: { pid: process.pid, startTime: '0', bootId: '' },
      executable: 'claude',
      agent: 'claude-code',
      source: 'environment',
      registered_at: 0,
    });
  }

  contestants(hook: string): readonly Contestant[] {
    const base = {
      session_id: SESSION,
      transcript_path: this.transcript,
      cwd: this.folder,
      permission_mode: 'default',
    };
    const call = { tool_name: 'Bash', tool_input: { command: 'npm test', description: 'Run the tests' } };
    const before = { ...base, hook_event_name: 'PreToolUse', ...call, tool_use_id: 'toolu_01bench' };
    const response = { stdout: commandOutput(RESULT_BYTES), stderr: '', interrupted: false, isImage: false };
    const after = { ...before, hook_event_name: 'PostToolUse', tool_response: response, duration_ms: 812 };
    return [
      { name: 'node -e 0', args: ['-e', '0'], input: this.file('empty', '') },
      { name: 'hook PreToolUse', args: [hook], input: this.file('before.json', JSON.stringify(before)) },
      { name: 'hook PostToolUse, 20 kB', args: [hook], input: this.file('after.json', JSON.stringify(after)) },
    ];
  }

  compare(contestants: readonly Contestant[], rounds: number): readonly Row[] {
    const samples = contestants.map((): Sample[] => []);
    for (let round = -1; round < rounds; round++) {
      for (const [index, contestant] of contestants.entries()) {
        const sample = this.batch(contestant);
        // The first round warms up, makes the session and reads the transcript.
        if (round >= 0) samples[index]?.push(sample);
      }
    }
    const bare = samples[0] ?? [];
    return contestants.map(({ name }, index) => {
      const own = samples[index] ?? [];
      const ratio = (of: (sample: Sample) => number): number =>
        median(own.map((sample, round) => of(sample) / of(bare[round] ?? sample)));
      return {
        name,
        cpu_ms: median(own.map((sample) => sample.cpu)),
        wall_ms: median(own.map((sample) => sample.wall)),
        cpu_ratio: ratio((sample) => sample.cpu),
        wall_ratio: ratio((sample) => sample.wall),
      };
    });
  }

  nodeVersion(): string {
    return spawnSync(this.node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  }

  private batch({ args, input }: Contestant): Sample {
    const line = JSON.stringify({
      type: 'assistant',
      message: { id: 'msg_bench', model: 'm', usage: { output_tokens: 1 } },
    });
    const words = [String(RUNS_A_BATCH), input, line, this.transcript, this.node, ...args];
    const start = process.hrtime.bigint();
    const { status, stdout, stderr } = spawnSync('bash', ['-c', BATCH, 'bash', ...words], {
      env: this.env,
      encoding: 'utf8',
    });
    const wall = Number(process.hrtime.bigint() - start) / 1e6;
    const times = /^(\d+)m([\d.]+)s (\d+)m([\d.]+)s$/.exec(stdout?.trim().split('\n').at(-1) ?? '');
    if (status !== 0 || !times) throw new Error(`bash is needed to measure, and it gave: ${stderr || stdout}`);
    const [userMinutes = 0, userSeconds = 0, systemMinutes = 0, systemSeconds = 0] = times.slice(1).map(Number);
    const cpu = (userMinutes + systemMinutes) * 60_000 + (userSeconds + systemSeconds) * 1000;
    return { cpu: cpu / RUNS_A_BATCH, wall: wall / RUNS_A_BATCH };
  }

  private get transcript(): string {
    return path.join(this.folder, 'transcript.jsonl');
  }

  private file(name: string, text: string): string {
    const file = path.join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }
}

/** Text such as compilers and test runners write. */
function commandOutput(bytes: number): string {
  let text = '';
  for (let line = 1; text.length < bytes; line++) {
    text += `src/module-${line % 17}/file-${line % 5}.ts:${line}:7 - ok: expected value ${line * 37} in ${line % 90} ms\n`;
  }
  return text.slice(0, bytes);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

function print(rows: readonly Row[], node: string, rounds: number, json: boolean): void {
  const runs = rounds * RUNS_A_BATCH;
  if (json) {
    console.log(JSON.stringify({ node, runs, cpu_limit: CPU_LIMIT, rows }, null, 2));
    return;
  }
  console.log(`node ${node}, ${runs} runs of each in turn, medians; the hook may take ${CPU_LIMIT} times the CPU\n`);
  console.log(
    `${''.padEnd(26)}${['CPU ms', 'wall ms', 'CPU ratio', 'wall ratio'].map((head) => head.padStart(12)).join('')}`,
  );
  for (const row of rows) {
    const numbers = [
      row.cpu_ms.toFixed(1),
      row.wall_ms.toFixed(1),
      row.cpu_ratio.toFixed(2),
      row.wall_ratio.toFixed(2),
    ];
    console.log(`${row.name.padEnd(26)}${numbers.map((number) => number.padStart(12)).join('')}`);
  }
}

await main();
