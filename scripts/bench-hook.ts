/**
 * What the hook costs an agent, beside a bare `node -e 0` on the machine's own Node, without rules and guarded, and what
 * a watcher's answer takes. `node scripts/bench-hook.ts [--rounds N] [--node PATH] [--hook BUNDLE]`.
 *
 * The contestants take turns, in batches, so that whatever else the machine does meets all of them. CPU is user and
 * system time of the finished processes as the shell's `times` counts them (milliseconds); wall time is a batch's,
 * divided. Both contain the same shell around each process.
 */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { launcherFile, registerInstallation } from '../core/node/hook-launcher/hook-launcher.ts';
import { writeRegistration } from '../core/node/process/registration.ts';
import { type AnswerTimes, answerTimes } from './bench/answer-time.ts';
import type { Figure } from './bench/figures.ts';
import { benchOptions } from './bench/options.ts';
import { median } from './bench/percentile.ts';
import { report } from './bench/report.ts';
import { build } from './build.ts';
import { machineNode } from './machine-node.ts';
import { waitFor } from './wait-for.ts';

const CPU_LIMIT = 1.35;
/** Milliseconds that rules may add without a watcher, and an answer of one to what the rules themselves take, at the median. */
const RULES_LIMIT_MS = 3;
const ANSWER_LIMIT_MS = 5;
const RUNS_A_BATCH = 5;
const RESULT_BYTES = 20_000;
const SESSION = '0b6f1c9e-3d0a-4a3e-9a0f-2f1f6a0f9c11';

/** Twenty that a call is held against, as a workspace may have. */
const RULES = [
  { condition: 'file_path matches "**/.env*"', action: 'deny' },
  { when: 'command.contains("rm -rf")', action: 'deny' },
  ...Array.from({ length: 18 }, (_, index) => ({ condition: `command matches "tool-${index} *"`, action: 'deny' })),
];

interface Contestant {
  readonly name: string;
  /** The program and its arguments. */
  readonly words: readonly string[];
  readonly input: string;
  /** The workspace that it records for. */
  readonly workspace: string;
}

/** Milliseconds of one process. */
interface Sample {
  readonly cpu: number;
  readonly wall: number;
}

/** Medians, milliseconds. */
interface Row {
  readonly name: string;
  readonly cpu_ms: number;
  readonly wall_ms: number;
}

/** Each run is given one more line of transcript, as an agent writes between two steps. */
const BATCH = `
for ((run = 0; run < $1; run++)); do
  printf '%s\\n' "$3" >>"$4"
  "\${@:5}" <"$2" >/dev/null
done
times`;

async function main(): Promise<void> {
  const {
    rounds,
    node,
    hook: given,
    ...mode
  } = benchOptions({ rounds: [40, 1] }, { node: { type: 'string', default: machineNode() }, hook: { type: 'string' } });
  if (given === undefined) await build();
  const built = path.resolve(given ?? path.join(import.meta.dirname, '..', 'dist', 'hook.cjs'));
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-trace-bench-')));
  try {
    // Below the folder that is their home here hooks are safe to call, wherever this checkout is.
    const dist = path.join(folder, 'dist');
    cpSync(path.dirname(built), dist, { recursive: true });
    const hook = path.join(dist, path.basename(built));
    const bench = new Bench(folder, node);
    const contestants = bench.contestants(hook);
    const endWatcher = await bench.startWatcher(hook);
    const rows = bench.compare(contestants, rounds);
    const runs = rounds * RUNS_A_BATCH;
    const answer = await bench.answer(runs);
    endWatcher();
    report({ figures: [...figuresOf(rows), ...answerFigures(answer)], node: bench.nodeVersion(), runs, rows }, mode);
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
    for (const workspace of [folder, this.ruled, this.watched]) {
      mkdirSync(workspace, { recursive: true });
      // The agent's process is looked for once a session, at its start; from then on it is registered.
      writeRegistration(path.join(folder, 'run'), {
        session_id: SESSION,
        store: path.join(workspace, '.agent-traces'),
        process: { pid: process.pid, startTime: '0', bootId: '' },
        executable: 'claude',
        agent: 'claude-code',
        source: 'environment',
        registered_at: 0,
      });
    }
    for (const workspace of [this.ruled, this.watched]) {
      writeFileSync(path.join(workspace, '.watch-rules.json'), JSON.stringify({ rules: RULES }));
    }
  }

  /** A workspace with rules and no watcher. */
  private get ruled(): string {
    return path.join(this.folder, 'ruled');
  }

  /** A workspace with rules and a watcher. */
  private get watched(): string {
    return path.join(this.folder, 'watched');
  }

  /** Gives what ends it. */
  async startWatcher(hook: string): Promise<() => void> {
    const program = path.join(path.dirname(hook), 'agent-trace.cjs');
    const child = spawn(this.node, [program, 'watch', '--json'], { cwd: this.watched, env: this.env });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    child.stdout.resume();
    await waitFor('the watcher', () => said.includes('watching '));
    return () => void child.kill('SIGTERM');
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
    const at = (workspace: string) => ({
      input: this.file(`${path.basename(workspace)}.json`, JSON.stringify({ ...before, cwd: workspace })),
      workspace,
    });
    const beforeFile = this.file('before.json', JSON.stringify(before));
    const place = { home: this.folder, platform: process.platform };
    registerInstallation(place, { version: '0.0.0', hook, runtime: this.node });
    const workspace = this.folder;
    const [beforeCall, afterCall] = [['PreToolUse', '--wait=86400'], ['PostToolUse']];
    const words = [this.node, hook, ...beforeCall];
    return [
      { name: 'node -e 0', words: [this.node, '-e', '0'], input: this.file('empty', ''), workspace },
      { name: 'hook PreToolUse', words, input: beforeFile, workspace },
      { name: 'hook guarded by itself', words, ...at(this.ruled) },
      { name: 'hook guarded by a watcher', words, ...at(this.watched) },
      { name: 'hook by the launcher', words: [launcherFile(place), ...beforeCall], input: beforeFile, workspace },
      {
        name: 'hook PostToolUse, 20 kB',
        words: [this.node, hook, ...afterCall],
        input: this.file('after.json', JSON.stringify(after)),
        workspace,
      },
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
    return contestants.map(({ name }, index) => {
      const own = samples[index] ?? [];
      return { name, cpu_ms: median(own.map(({ cpu }) => cpu)), wall_ms: median(own.map(({ wall }) => wall)) };
    });
  }

  /** After `compare`, by which the session that is asked about has a past. */
  answer(times: number): Promise<AnswerTimes> {
    return answerTimes({
      node: this.node,
      folder: this.folder,
      runtimeDir: path.join(this.folder, 'run'),
      store: path.join(this.watched, '.agent-traces'),
      session: SESSION,
      rules: JSON.stringify({ rules: RULES }),
      times,
    });
  }

  nodeVersion(): string {
    return spawnSync(this.node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  }

  private batch({ words: command, input, workspace }: Contestant): Sample {
    const line = JSON.stringify({
      type: 'assistant',
      message: { id: 'msg_bench', model: 'm', usage: { output_tokens: 1 } },
    });
    const words = [String(RUNS_A_BATCH), input, line, this.transcript, ...command];
    const start = process.hrtime.bigint();
    const { status, stdout, stderr } = spawnSync('bash', ['-c', BATCH, 'bash', ...words], {
      env: { ...this.env, CLAUDE_PROJECT_DIR: workspace },
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

function answerFigures({ answered, evaluated }: AnswerTimes): readonly Figure[] {
  return [
    {
      name: "a watcher's answer to a hook, median",
      value: answered.median,
      unit: 'ms',
      limit: evaluated.median + ANSWER_LIMIT_MS,
      beside: { name: 'its rules alone', value: evaluated.median },
    },
    {
      name: "a watcher's answer to a hook, 99th percentile",
      value: answered.p99,
      unit: 'ms',
      beside: { name: 'its rules alone', value: evaluated.p99 },
    },
  ];
}

function figuresOf([bare, ...rows]: readonly Row[]): readonly Figure[] {
  const cpu = { name: bare?.name ?? '', value: bare?.cpu_ms ?? Number.NaN };
  const wall = { name: cpu.name, value: bare?.wall_ms ?? Number.NaN };
  const wallOf = (name: string) => rows.find((row) => row.name === name)?.wall_ms ?? Number.NaN;
  const ofRules = wallOf('hook guarded by itself') - wallOf('hook PreToolUse');
  const added = { name: 'rules without a watcher, added to that', value: ofRules, unit: 'ms', limit: RULES_LIMIT_MS };
  const each = rows.flatMap((row): readonly Figure[] => [
    {
      name: `${row.name}, CPU`,
      value: row.cpu_ms,
      unit: 'ms',
      ...(!row.name.includes('guard') && { limit: CPU_LIMIT * cpu.value }),
      beside: cpu,
    },
    { name: `${row.name}, wall`, value: row.wall_ms, unit: 'ms', beside: wall },
  ]);
  return [...each, added];
}

await main();
