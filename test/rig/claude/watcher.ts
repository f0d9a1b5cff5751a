import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { asRecord, parseJson } from '../../../core/common/json.ts';
import type { Decision, Outcome } from '../../../core/common/protocol/alert.ts';
import { machineNode, machinePath } from '../../../scripts/machine-node.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CLI_BUNDLE } from '../build.ts';

export interface CliOptions {
  readonly workspace: string;
  /** Where the recorder of the same run registers its processes. */
  readonly runtimeDir: string;
  /** The user's home as the program sees it. */
  readonly home: string;
  /** Path of the Node that runs it; the machine's own when absent. */
  readonly node?: string;
}

export interface WatchRun {
  readonly pid: number;
  readonly decisions: readonly Decision[];
  readonly outcomes: readonly Outcome[];
  /** All that it has said so far. */
  printed(): string;
  /** Resolves when it has read what there is. */
  ready(): Promise<unknown>;
  /** The first outcome of this action; fails with all that was printed when the watcher ends or the deadline passes. */
  outcomeOf(action: Outcome['action']): Promise<Outcome>;
  /** Interrupts it as Ctrl+C does; SIGKILL when that does not end it. Safe to call twice. */
  stop(): Promise<void>;
}

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const OUTCOME_DEADLINE_MS = 45_000;
const STOP_DEADLINE_MS = 5_000;

/** Runs `agent-trace watch --json` on a workspace, with its own rules unless a file of them is named. */
export async function startWatch(options: CliOptions & { readonly rules?: string | undefined }): Promise<WatchRun> {
  const named = options.rules === undefined ? [] : ['--rules', options.rules];
  const child = spawn(options.node ?? machineNode(), [CLI_BUNDLE, 'watch', '--json', ...named], {
    cwd: options.workspace,
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await once(child, 'spawn');
  const exited = once(child, 'exit');
  const decisions: Decision[] = [];
  const outcomes: Outcome[] = [];
  let printed = '';
  let partial = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk;
    const lines = (partial + chunk).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) {
      const alert = asRecord(parseJson(line));
      if (alert?.['type'] === 'decision') decisions.push(alert as unknown as Decision);
      if (alert?.['type'] === 'outcome') outcomes.push(alert as unknown as Outcome);
    }
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed += chunk;
  });
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    decisions,
    outcomes,
    printed: () => printed,
    ready: () => waitFor('the watcher to be ready', () => printed.includes('watching ')),
    outcomeOf: (action) =>
      waitFor(
        `the outcome of a ${action}`,
        () => {
          const outcome = outcomes.find((each) => each.action === action);
          if (!outcome && isOver()) throw new Error('the watcher has ended');
          return outcome;
        },
        OUTCOME_DEADLINE_MS,
      ).catch((error: Error) => {
        throw new Error(`${error.message}\n${printed}`);
      }),
    stop: async () => {
      if (!isOver()) child.kill('SIGINT');
      await waitFor('the end of the watcher', isOver, STOP_DEADLINE_MS).catch(() => child.kill('SIGKILL'));
      await exited;
    },
  };
}

/** Runs one command of the CLI to its end. A non-zero exit code is a result, not an error. */
export function runCli(options: CliOptions, ...args: readonly string[]): Promise<CliResult> {
  return new Promise((resolve) => {
    execFile(
      options.node ?? machineNode(),
      [CLI_BUNDLE, ...args],
      { cwd: options.workspace, env: environment(options), timeout: 30_000 },
      (error, stdout, stderr) => {
        resolve({ code: error ? (typeof error.code === 'number' ? error.code : -1) : 0, stdout, stderr });
      },
    );
  });
}

function environment(options: CliOptions): Record<string, string> {
  return { PATH: machinePath(), HOME: options.home, AGENT_TRACE_RUNTIME_DIR: options.runtimeDir, NO_COLOR: '1' };
}
