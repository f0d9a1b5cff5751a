import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { machinePath } from '../../../scripts/machine-node.ts';
import { type ObservedProcess, observe, processesWith } from '../../../scripts/observed-process.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { type ClaudeVersion, installClaude } from './install.ts';
import type { ModelScript } from './model-script.ts';
import { type ModelServer, startModelServer } from './model-server.ts';

export interface ClaudeOptions {
  readonly version: ClaudeVersion;
  /** Directory the agent works in. */
  readonly workspace: string;
  readonly script: ModelScript;
  readonly prompt?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** On a terminal of its own (by `script` of util-linux), as a user sits before it, instead of `-p`. */
  readonly interactive?: boolean;
}

/** One run of the real Claude Code against a model of its own, in a HOME of its own. */
export interface ClaudeRun {
  /** The agent itself: no shell or wrapper in between. */
  readonly pid: number;
  readonly home: string;
  /** AGENT_TRACE_RUNTIME_DIR of the agent and its hooks. */
  readonly runtimeDir: string;
  readonly model: ModelServer;
  readonly done: Promise<ClaudeExit>;
  /** Keystrokes for an interactive run. */
  type(keys: string): void;
  /** Every live process of the run, orphans included: they all carry its HOME. */
  processes(): readonly ObservedProcess[];
  /** Ends whatever is left of the run, its model server too, and removes its HOME. For `afterEach`; never fails. */
  stop(): Promise<void>;
}

export interface ClaudeExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Lines of `stream-json`; what the terminal got when interactive. */
  readonly stdout: string;
  readonly stderr: string;
}

/** Where nothing listens: whatever does not go to the model server fails at once. */
const DEAD_PROXY = 'http://127.0.0.1:9';
const DUMMY_KEY = 'sk-ant-scripted';

/** Starts the agent and returns as soon as its process exists. */
export async function runClaude(options: ClaudeOptions): Promise<ClaudeRun> {
  const executable = await installClaude(options.version);
  const model = await startModelServer(options.script);
  const home = await mkdtemp(join(tmpdir(), 'agent-trace-claude-'));
  const runtimeDir = options.env?.['AGENT_TRACE_RUNTIME_DIR'] ?? join(home, 'runtime');
  await mkdir(join(home, 'tmp'));
  if (options.interactive) await writeFile(join(home, '.claude.json'), JSON.stringify(answeredDialogs(options)));
  const [program, ...args] = commandLine(executable, options);
  const child = spawn(program, args, {
    cwd: options.workspace,
    env: { ...environment(home, model.url), AGENT_TRACE_RUNTIME_DIR: runtimeDir, ...options.env },
    detached: true,
    stdio: [options.interactive ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  await once(child, 'spawn');
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  // Keys typed after the end have nowhere to go.
  child.stdin?.on('error', () => {});
  // `exit`, not `close`: an orphan may hold the pipes open for ever.
  const done = once(child, 'exit').then(async ([code, signal]): Promise<ClaudeExit> => {
    await Promise.race([once(child, 'close'), new Promise((drained) => setTimeout(drained, 500))]);
    return { code, signal, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
  });
  const processes = (): readonly ObservedProcess[] => processesWith('HOME', home);
  const isAgent = ({ name }: ObservedProcess): boolean => name === basename(executable);
  const stop = async (): Promise<void> => {
    await endAll(processes);
    await done;
    child.stdin?.destroy();
    child.stdout?.destroy();
    child.stderr?.destroy();
    await model.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  const onTerminal = async (): Promise<number> => {
    const agent = waitFor('the agent on its terminal', () => processes().find(isAgent));
    return (await agent.catch((error: unknown) => stop().then(() => Promise.reject(error)))).pid;
  };
  const pid = options.interactive ? await onTerminal() : (child.pid ?? 0);
  return {
    pid,
    home,
    runtimeDir,
    model,
    done,
    type: (keys) => child.stdin?.write(keys),
    processes,
    stop,
  };
}

function commandLine(executable: string, options: ClaudeOptions): [string, ...string[]] {
  const prompt = options.prompt ?? 'Do the work.';
  const allowed = ['--permission-mode', 'bypassPermissions'];
  if (!options.interactive)
    return [executable, '-p', prompt, ...allowed, '--output-format', 'stream-json', '--verbose'];
  const command = `stty cols 120 rows 40; exec '${executable}' ${allowed.join(' ')} '${prompt}'`;
  return ['script', '--quiet', '--flush', '--return', '--command', command, '/dev/null'];
}

/** `.claude.json` of someone who has been asked everything before. */
function answeredDialogs(options: ClaudeOptions): object {
  return {
    hasCompletedOnboarding: true,
    theme: 'dark',
    bypassPermissionsModeAccepted: true,
    // It keeps the last 20 characters of a key.
    customApiKeyResponses: { approved: [DUMMY_KEY.slice(-20)], rejected: [] },
    projects: { [options.workspace]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
  };
}

/** The whole environment: nothing of the caller's reaches the agent but PATH. */
function environment(home: string, modelUrl: string): Record<string, string> {
  return {
    PATH: machinePath(),
    HOME: home,
    TMPDIR: join(home, 'tmp'),
    TERM: 'xterm-256color',
    HTTP_PROXY: DEAD_PROXY,
    HTTPS_PROXY: DEAD_PROXY,
    NO_PROXY: '127.0.0.1,localhost',
    IS_SANDBOX: '1',
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: DUMMY_KEY,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_ERROR_REPORTING: '1',
  };
}

/** SIGKILL by pid, again and again until a look finds none: a process may start another while it is being ended. */
async function endAll(processes: () => readonly ObservedProcess[]): Promise<void> {
  await waitFor('the end of every process of the run', () => {
    const left = processes();
    for (const seen of left) if (observe(seen.pid)?.startTime === seen.startTime) end(seen.pid);
    return left.length === 0;
  });
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
