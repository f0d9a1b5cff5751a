import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { asRecord, type JsonRecord, parseJson } from '../../../core/common/json.ts';
import { linuxProcessTable } from '../../../core/node/process/linux-process-table.ts';
import { type Registration, readRegistration } from '../../../core/node/process/registration.ts';
import { waitFor } from '../../../scripts/wait-for.ts';

export const RUN_PROGRAM = path.join(import.meta.dirname, 'run-program.ts');

/** A workspace, a store in it and a runtime folder, removed when the test is done. */
export interface RunRig {
  readonly cwd: string;
  readonly store: string;
  readonly runtimeDir: string;
  readonly env: Readonly<Record<string, string>>;
  /** Starts the program with these arguments. What it started is ended with the test. */
  start(args: readonly string[]): StartedRun;
  /** The only session of the store, once it is there. */
  session(): Promise<RecordedRun>;
}

export interface StartedRun {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly pid: number;
  readonly done: Promise<RunResult>;
}

export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RecordedRun {
  readonly id: string;
  readonly folder: string;
  meta(): JsonRecord;
  events(): readonly JsonRecord[];
  /** Waits for the recorder to have named the process. */
  registration(): Promise<Registration>;
}

export async function runRig(): Promise<RunRig> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'agent-trace-run-')));
  onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const cwd = path.join(root, 'workspace');
  const runtimeDir = path.join(root, 'runtime');
  const store = path.join(cwd, '.agent-traces');
  await mkdir(cwd);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: root,
    AGENT_TRACE_RUNTIME_DIR: runtimeDir,
    AGENT_TRACE_DIR: store,
  };
  const session = (): Promise<RecordedRun> =>
    waitFor('the session', () => {
      const id = existsSync(store) ? readdirSync(store).find((name) => name.startsWith('run-')) : undefined;
      return id !== undefined && existsSync(path.join(store, id, 'meta.json')) && recorded(store, runtimeDir, id);
    });
  return { cwd, store, runtimeDir, env, session, start: (args) => start(args, cwd, env) };
}

function start(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): StartedRun {
  const child = spawn(process.execPath, [RUN_PROGRAM, ...args], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const pid = child.pid ?? 0;
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  const done = once(child, 'close').then(([code, signal]): RunResult => ({ code, signal, ...output }));
  onTestFinished(async () => {
    // Children first: once their parent is gone they can no longer be found by it.
    for (const each of [...childrenOf(pid), pid]) if (child.exitCode === null) kill(each);
    await done;
  });
  return { process: child, pid, done };
}

function recorded(store: string, runtimeDir: string, id: string): RecordedRun {
  const folder = path.join(store, id);
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
  return {
    id,
    folder,
    meta: () => asRecord(parseJson(read('meta.json'))) ?? {},
    events: () =>
      read('events.ndjson')
        .trimEnd()
        .split('\n')
        .map((line) => asRecord(parseJson(line)) ?? {}),
    registration: () => waitFor('the registration', () => readRegistration(runtimeDir, store, id)),
  };
}

export function stateOf(pid: number): string | undefined {
  return linuxProcessTable().read(pid)?.state;
}

function childrenOf(pid: number): readonly number[] {
  return linuxProcessTable()
    .list()
    .filter((info) => info.ppid === pid)
    .map((info) => info.pid);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended already.
  }
}
