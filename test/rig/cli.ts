import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Alert } from '../../core/common/protocol/alert.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { AlertLog } from '../../core/node/alerts/alert-log.ts';
import { writeRegistration } from '../../core/node/process/registration.ts';
import { systemProcessTable } from '../../core/node/process/system-process-table.ts';
import { EventLog } from '../../core/node/store/event-log.ts';
import { waitFor } from '../../scripts/wait-for.ts';

/** The built command line. */
export const CLI = path.resolve(import.meta.dirname, '../../dist/agent-trace.cjs');

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A workspace in a temporary folder with a store, a runtime folder and a home of its own, and what runs in it. */
export class CliWorkspace {
  readonly path: string;
  readonly store: string;
  readonly runtime: string;
  readonly env: NodeJS.ProcessEnv;
  private readonly children: ChildProcess[] = [];

  /** In a folder made for it, or in one that is there. */
  constructor(place?: { readonly path: string; readonly runtime: string }) {
    this.path = place?.path ?? realpathSync(mkdtempSync(path.join(os.tmpdir(), 'agent-trace-cli-')));
    this.store = path.join(this.path, '.agent-traces');
    this.runtime = place?.runtime ?? path.join(this.path, 'run');
    const { AGENT_TRACE_DIR: _, ...env } = process.env;
    this.env = { ...env, HOME: this.path, AGENT_TRACE_RUNTIME_DIR: this.runtime, NO_COLOR: '1' };
    mkdirSync(this.runtime, { recursive: true, mode: 0o700 });
  }

  /** Ends what still runs, by pid, and removes the folder. To be called after each test. */
  async dispose(): Promise<void> {
    await this.endProcesses();
    rmSync(this.path, { recursive: true, force: true });
  }

  /** Ends what still runs, by pid. */
  async endProcesses(): Promise<void> {
    for (const child of this.children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
  }

  writeRules(...rules: readonly object[]): void {
    this.write('.watch-rules.json', JSON.stringify({ rules }));
  }

  write(name: string, text: string): void {
    writeFileSync(path.join(this.path, name), text);
  }

  /** Runs one command to its end. */
  run(...args: readonly string[]): Promise<Finished> {
    return new Promise((resolve) => {
      const options = {
        cwd: this.path,
        env: this.env,
        encoding: 'utf8',
        timeout: 120_000,
        maxBuffer: 2 ** 28,
      } as const;
      const child = execFile(process.execPath, [CLI, ...args], options, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });
  }

  /** Starts `agent-trace watch --json` and waits until it has read what there is. */
  async watch(...args: readonly string[]): Promise<WatchProcess> {
    const watch = new WatchProcess(this.start(process.execPath, [CLI, 'watch', '--json', ...args], 'pipe'));
    await waitFor('the watcher to be ready', () => watch.stderr.includes('watching ') || watch.ended);
    if (watch.ended) throw new Error(`watch ended: ${watch.stderr}`);
    return watch;
  }

  /** The same by way of another program, which starts what it is given. Not waited for. */
  watchUnder(wrapper: readonly [string, ...string[]], env: NodeJS.ProcessEnv = {}): WatchProcess {
    const [program, ...args] = wrapper;
    return new WatchProcess(this.start(program, [...args, process.execPath, CLI, 'watch', '--json'], 'pipe', env));
  }

  /** A process that can be stopped: it does nothing for an hour, in a session of its own. */
  startSleeper(): ChildProcess & { readonly pid: number } {
    const child = this.start('sleep', ['3600'], 'ignore');
    if (child.pid === undefined) throw new Error('cannot start sleep');
    return child as ChildProcess & { readonly pid: number };
  }

  start(
    program: string,
    args: readonly string[],
    output: 'pipe' | 'ignore',
    env: NodeJS.ProcessEnv = {},
  ): ChildProcess {
    const child = spawn(program, args, {
      cwd: this.path,
      env: { ...this.env, ...env },
      stdio: ['ignore', output, output],
    });
    this.children.push(child);
    return child;
  }

  /** Starts a program that is given something to read. */
  startFed(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = spawn(program, args, { cwd: this.path, env: { ...this.env, ...env }, stdio: 'pipe' });
    this.children.push(child);
    return child;
  }

  /** Makes a session in the store; registers its process, as the recorder does, when one is given. */
  session(id: string, pid?: number, parentId?: string): StoredSessionWriter {
    const folder = path.join(this.store, id);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const meta = {
      session_id: id,
      started_at: Date.now() / 1000,
      agent_name: 'test-agent',
      parent_session_id: parentId,
    };
    writeFileSync(path.join(folder, 'meta.json'), JSON.stringify(meta));
    if (pid !== undefined) this.register(id, pid);
    const writer = new StoredSessionWriter(id, folder);
    writer.append('session_start', { agent: 'test-agent', cwd: this.path });
    return writer;
  }

  /** `asks`: as the recorder does whose hook asks the watcher before each call. */
  register(sessionId: string, pid: number, { startTime, asks }: { startTime?: string; asks?: boolean } = {}): void {
    const info = systemProcessTable().read(pid);
    if (!info) throw new Error(`process ${pid} is gone`);
    writeRegistration(this.runtime, {
      session_id: sessionId,
      store: this.store,
      process: { pid, startTime: startTime ?? info.startTime, bootId: info.bootId },
      executable: info.name,
      agent: 'test-agent',
      source: 'spawned',
      ...(asks ? { asks } : {}),
      registered_at: Date.now() / 1000,
    });
  }

  alerts(): readonly Alert[] {
    return new AlertLog(this.store).read();
  }
}

/** Appends events to one session of a store. */
export class StoredSessionWriter {
  readonly id: string;
  readonly folder: string;
  private count = 0;

  constructor(id: string, folder: string) {
    this.id = id;
    this.folder = folder;
  }

  append(event_type: TraceEvent['event_type'], data: TraceEvent['data'], more: Partial<TraceEvent> = {}): TraceEvent {
    this.count += 1;
    const event: TraceEvent = {
      event_type,
      timestamp: Date.now() / 1000,
      event_id: `${this.id}-e${this.count}`,
      session_id: this.id,
      data,
      ...more,
    };
    const log = new EventLog({ path: this.folder });
    log.append(event);
    log.close();
    return event;
  }

  call(tool_name: string, args: TraceEvent['data']): TraceEvent {
    return this.append('tool_call', { tool_name, arguments: args });
  }

  /** A call and its result; `error` makes it a failed one. */
  finish(tool_name: string, args: TraceEvent['data'], error?: string): void {
    const call = this.call(tool_name, args);
    const more = { parent_id: call.event_id };
    if (error === undefined) this.append('tool_result', { tool_name, result: '' }, more);
    else this.append('error', { tool_name, error }, more);
  }
}

/** `agent-trace watch --json` at work. */
export class WatchProcess {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  ended = false;

  constructor(child: ChildProcess) {
    this.child = child;
    child.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
    child.once('close', () => {
      this.ended = true;
    });
  }

  get alerts(): readonly Alert[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Alert);
  }

  outcome(action: string): Promise<Extract<Alert, { type: 'outcome' }>> {
    return waitFor(`the outcome of ${action}; so far: ${this.stdout}${this.stderr}`, () =>
      this.alerts.find((alert) => alert.type === 'outcome' && alert.action === action),
    ) as Promise<Extract<Alert, { type: 'outcome' }>>;
  }

  async stop(): Promise<number | null> {
    this.child.kill('SIGINT');
    await waitFor('the watcher to end', () => this.ended);
    return this.child.exitCode;
  }
}

/** One letter: `S` sleeping, `T` stopped, ... (`/proc/<pid>/stat`); undefined when there is no such process. */
export function processState(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    return undefined;
  }
}
