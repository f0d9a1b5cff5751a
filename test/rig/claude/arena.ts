import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { type ObservedProcess, processesWith } from '../../../scripts/observed-process.ts';
import { ensureBuilt } from '../build.ts';
import type { ClaudeVersion } from './install.ts';
import type { ModelScript } from './model-script.ts';
import { type ClaudeRun, runClaude } from './run.ts';
import { type CliResult, runCli, startWatch, type WatchRun } from './watcher.ts';

/** A workspace, and everything that runs there in one test. */
export interface Arena {
  /** Real path of the workspace. */
  readonly workspace: string;
  readonly runtimeDir: string;
  /** Installs our hooks with `agent-trace setup`, then starts Claude Code. */
  startAgent(version: ClaudeVersion, script: ModelScript, how?: { readonly interactive: boolean }): Promise<ClaudeRun>;
  /** `rules` as the content of a rules file. */
  watch(rules: object): Promise<WatchRun>;
  cli(...args: readonly string[]): Promise<CliResult>;
  /** Every process of the agent that any look of this arena has ever found, the ended ones too. */
  everSeen(): readonly ObservedProcess[];
  /** Ends agent and watcher and removes the folders. */
  close(): Promise<void>;
}

/** Milliseconds between two looks at the agent's processes. */
const LOOK_EVERY_MS = 50;

/** To be called once in a test file: gives each of its tests an arena of its own. */
export function useArena(): Omit<Arena, 'close'> {
  let arena: Arena;
  beforeAll(() => ensureBuilt());
  beforeEach(async () => {
    arena = await openArena();
  });
  afterEach(() => arena.close());
  return {
    get workspace() {
      return arena.workspace;
    },
    get runtimeDir() {
      return arena.runtimeDir;
    },
    startAgent: (...how) => arena.startAgent(...how),
    watch: (rules) => arena.watch(rules),
    cli: (...args) => arena.cli(...args),
    everSeen: () => arena.everSeen(),
  };
}

async function openArena(): Promise<Arena> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'agent-trace-arena-')));
  const workspace = join(base, 'workspace');
  const home = join(base, 'home');
  const runtimeDir = join(base, 'runtime');
  await mkdir(workspace);
  await mkdir(home);
  const options = { workspace, home, runtimeDir };
  const closers: (() => Promise<void>)[] = [];
  const seen = new Map<string, ObservedProcess>();
  return {
    workspace,
    runtimeDir,
    startAgent: async (version, script, how) => {
      const setup = await runCli(options, 'setup', '--claude-version', version);
      if (setup.code !== 0) throw new Error(`agent-trace setup failed: ${setup.stderr}`);
      const env = { AGENT_TRACE_RUNTIME_DIR: runtimeDir };
      const run = await runClaude({ version, workspace, script, env, ...how });
      const look = setInterval(() => {
        for (const process of processesWith('HOME', run.home)) seen.set(`${process.pid}:${process.startTime}`, process);
      }, LOOK_EVERY_MS);
      closers.push(run.stop, async () => clearInterval(look));
      return run;
    },
    watch: async (rules) => {
      const file = join(base, 'rules.json');
      await writeFile(file, JSON.stringify(rules));
      const watch = await startWatch({ ...options, rules: file });
      closers.push(watch.stop);
      return watch;
    },
    cli: (...args) => runCli(options, ...args),
    everSeen: () => [...seen.values()],
    close: async () => {
      // Newest first: the agent before the watcher that looks at it. One that fails must not keep the rest alive.
      const results = [];
      for (const closer of closers.splice(0).reverse()) results.push(await closer().catch((error: unknown) => error));
      await rm(base, { recursive: true, force: true, maxRetries: 5 });
      const failure = results.find((result) => result !== undefined);
      if (failure) throw failure;
    },
  };
}
