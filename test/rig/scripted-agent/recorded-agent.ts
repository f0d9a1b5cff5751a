import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineNode, machinePath } from '../../../scripts/machine-node.ts';
import { isRunning, type ObservedProcess, observe, processesWith } from '../../../scripts/observed-process.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CLI_BUNDLE } from '../build.ts';
import { type StoredSession, storedSessions } from '../claude/stored-session.ts';
import { type CliOptions, type CliResult, runCli, startWatch, type WatchRun } from '../claude/watcher.ts';
import type { Cleanups } from '../cleanups.ts';
import type { AgentCli } from './agent-cli.ts';
import type { ScriptedModel, Step } from './scripted-model.ts';

export interface AgentExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  /** False starts the agent alone, without `agent-trace run`. */
  readonly recorded?: boolean;
  /** Further arguments for the agent. */
  readonly more?: readonly string[];
  /** Lets `agent-trace` find what the agent keeps in its home. */
  readonly sharesHome?: boolean;
  /** Runs when the agent's settings are written, before it starts. */
  readonly beforeStart?: (place: CliOptions) => Promise<void>;
}

/** Where nothing listens: whatever does not go to the model server fails at once. */
const DEAD_PROXY = 'http://127.0.0.1:9';
/** Milliseconds between two looks at the agent's processes. */
const LOOK_EVERY_MS = 50;
const SESSION_DEADLINE_MS = 60_000;
/** How long the output may take to come to its end once the process has: an orphan may hold it open for ever. */
const DRAIN_MS = 500;

/** An agent at work in a workspace and a home of its own. What it runs is ended, and removed, by the cleanups. */
export class RecordedAgent {
  /** Real path of the directory it works in. */
  readonly workspace: string;
  readonly model: ScriptedModel;
  readonly done: Promise<AgentExit>;
  readonly #base: string;
  readonly #child: ChildProcess;
  readonly #cleanups: Cleanups;
  readonly #node: string | undefined;
  readonly #seen = new Map<string, ObservedProcess>();

  /** Starts `agent-trace run -- <agent>`; the bundles have to be there. */
  static async start(
    cli: AgentCli,
    steps: readonly Step[],
    cleanups: Cleanups,
    { recorded = true, more = [], sharesHome = false, beforeStart }: StartOptions = {},
  ): Promise<RecordedAgent> {
    const executable = await cli.install();
    const base = await realpath(await mkdtemp(join(tmpdir(), 'agent-trace-agent-')));
    cleanups.add(() => rm(base, { recursive: true, force: true, maxRetries: 5 }));
    const [home, workspace] = [join(base, 'home'), join(base, 'workspace')];
    for (const folder of [home, workspace, join(base, 'tmp')]) await mkdir(folder);
    // The same folder by another name: it is by the name of their home that the agent's processes are known.
    await (sharesHome ? symlink(home, join(base, 'user')) : mkdir(join(base, 'user')));
    const model = await cli.serve(steps);
    cleanups.add(() => model.close());
    const { args, env } = await cli.prepare({ home, modelUrl: model.url });
    await beforeStart?.({ workspace, home: join(base, 'user'), runtimeDir: join(base, 'runtime') });
    const words = [executable, ...args, ...more];
    const [program, ...rest] = recorded ? [machineNode(), CLI_BUNDLE, 'run', '--', ...words] : words;
    const child = spawn(program as string, rest, {
      cwd: workspace,
      // The whole environment: nothing of the caller's reaches the agent but PATH.
      env: {
        PATH: machinePath(),
        HOME: home,
        TMPDIR: join(base, 'tmp'),
        TERM: 'xterm-256color',
        HTTP_PROXY: DEAD_PROXY,
        HTTPS_PROXY: DEAD_PROXY,
        NO_PROXY: '127.0.0.1,localhost',
        AGENT_TRACE_RUNTIME_DIR: join(base, 'runtime'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new RecordedAgent(child, base, model, cleanups, cli.usesSqlite ? process.execPath : undefined);
  }

  private constructor(
    child: ChildProcess,
    base: string,
    model: ScriptedModel,
    cleanups: Cleanups,
    node: string | undefined,
  ) {
    this.#node = node;
    this.workspace = join(base, 'workspace');
    this.#base = base;
    this.#child = child;
    this.model = model;
    this.#cleanups = cleanups;
    this.done = this.#exit();
    const look = setInterval(() => this.processes(), LOOK_EVERY_MS);
    cleanups.add(async () => {
      clearInterval(look);
      await this.#endAll();
      await this.done;
      child.stdout?.destroy();
      child.stderr?.destroy();
    });
  }

  /** Of `agent-trace run`, which is no process of the agent. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Every live process of the agent, orphans included: they all carry its home. */
  processes(): readonly ObservedProcess[] {
    const live = this.#all().filter(({ pid }) => pid !== this.pid);
    for (const each of live) this.#seen.set(`${each.pid}:${each.startTime}`, each);
    return live;
  }

  /** Every process of the agent that any look has ever found, the ended ones too. */
  everSeen(): readonly ObservedProcess[] {
    return [...this.#seen.values()];
  }

  /** Those of `everSeen` that live still. */
  survivors(): readonly ObservedProcess[] {
    return this.everSeen().filter(isRunning);
  }

  /** The only session of the workspace as it is now, once it is there. */
  session(): Promise<StoredSession> {
    return waitFor('the session', () => storedSessions(this.workspace)[0], SESSION_DEADLINE_MS);
  }

  /** Runs one command of `agent-trace` in the workspace. */
  cli(...args: readonly string[]): Promise<CliResult> {
    return runCli(this.#options, ...args);
  }

  /** `rules` as the content of a rules file. */
  async watch(rules: readonly object[]): Promise<WatchRun> {
    const file = join(this.#base, 'rules.json');
    await writeFile(file, JSON.stringify(rules));
    const watch = await startWatch({ ...this.#options, rules: file });
    this.#cleanups.add(watch.stop);
    return watch;
  }

  /** Another home than the agent's: it is by their home that the agent's processes are known. */
  get #options(): CliOptions {
    return {
      workspace: this.workspace,
      home: join(this.#base, 'user'),
      runtimeDir: join(this.#base, 'runtime'),
      ...(this.#node && { node: this.#node }),
    };
  }

  #all(): readonly ObservedProcess[] {
    return processesWith('HOME', join(this.#base, 'home'));
  }

  async #exit(): Promise<AgentExit> {
    const child = this.#child;
    const output = { stdout: '', stderr: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      output.stderr += text;
    });
    const closed = once(child, 'close');
    const [code, signal] = await once(child, 'exit');
    await Promise.race([closed, new Promise((drained) => setTimeout(drained, DRAIN_MS))]);
    return { code, signal, ...output };
  }

  /** SIGKILL by pid, again and again until a look finds none: one may start another while it is being ended. */
  async #endAll(): Promise<void> {
    await waitFor('the end of every process of the agent', () => {
      const left = this.#all();
      for (const { pid, startTime } of left) if (observe(pid)?.startTime === startTime) end(pid);
      return left.length === 0;
    });
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
