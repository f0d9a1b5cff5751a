import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { argumentsOf, type ObservedProcess, processesWith } from '../observed-process.ts';
import { waitFor } from '../wait-for.ts';
import { EditorSettings, type Settings } from './editor-settings.ts';
import { type EditorVersion, installEditor } from './install.ts';

const run = promisify(execFile);

export interface EditorOptions {
  readonly version: EditorVersion;
  /** A folder, or a `.code-workspace` file for several. */
  readonly workspace: string;
  /** Paths of packaged extensions (`.vsix`), installed before the editor starts. */
  readonly extensions: readonly string[];
  /** User settings on top of those that keep a test quiet. */
  readonly settings?: Settings;
  /** False: the workspace opens in restricted mode. Default true. */
  readonly trusted?: boolean;
  /**
   * Variables for the editor and its extensions. They have PATH, LANG, HOME and TMPDIR, the last two their own, and
   * nothing else of this process; undefined takes one out.
   */
  readonly env?: NodeJS.ProcessEnv;
  /** What an address must carry to be answered; without one, everybody on this machine is. */
  readonly token?: string;
  /** The newer editor runs in-host tests only with it. */
  readonly testDriver?: boolean;
}

export interface EditorServer {
  readonly version: EditorVersion;
  /** Address that opens the workspace. */
  readonly url: string;
  /** Address that opens another folder or `.code-workspace` file. */
  urlOf(workspace: string): string;
  readonly port: number;
  /** Leader of the editor's process group. */
  readonly pid: number;
  /** Home folder of everything that runs in the editor. */
  readonly home: string;
  /** Holds `User/settings.json`, and `logs` with one folder a start. */
  readonly userDataDir: string;
  readonly extensionsDir: string;
  readonly settings: EditorSettings;
  /** Installs a packaged extension (`.vsix`), or the update of one; a window that is open has it once it is reloaded. */
  install(vsix: string): Promise<void>;
  /** What the server has printed so far. */
  log(): string;
  /** Live processes that descend from the editor, also those that left its group or lost their parent. */
  processes(): readonly ObservedProcess[];
  /** Pids of the processes that extensions run in: one an open window. */
  extensionHosts(): readonly number[];
  /**
   * Ends the process group, then whatever is left of {@link processes}, and removes the folders. Gives what was left:
   * what an extension started to outlive its editor.
   */
  stop(): Promise<readonly ObservedProcess[]>;
}

/** Inherited by everything that the editor starts, so that what left its group is still known as the editor's. */
const MARK = 'AGENT_TRACE_TEST_EDITOR';
const START_DEADLINE_MS = 60_000;
const TERMINATE_DEADLINE_MS = 5_000;

/** Starts an editor on 127.0.0.1 with folders, home and extensions of its own; installs it when that was never done. */
export async function startEditor(options: EditorOptions): Promise<EditorServer> {
  const { node, serverMain } = await installEditor(options.version);
  // Short names: the editor puts sockets into the temporary folder, and a socket's path has at most 107 bytes.
  const folder = await mkdtemp(join(tmpdir(), 'at-editor-'));
  const home = join(folder, 'home');
  const temporary = join(folder, 'tmp');
  const userDataDir = join(folder, 'user-data');
  // As a user has them; hooks are not to call what lies in a folder that others may write, such as the temporary one.
  const extensionsDir = join(home, '.vscode-server', 'extensions');
  const mark = randomUUID();
  const env = {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: home,
    TMPDIR: temporary,
    EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":""}',
    ...options.env,
    [MARK]: mark,
  };
  const folders = ['--user-data-dir', userDataDir, '--server-data-dir', join(folder, 'server-data')];
  folders.push('--extensions-dir', extensionsDir);

  let server: ChildProcess | undefined;
  const processes = () => processesWith(MARK, mark);
  const extensionHosts = () =>
    processes().flatMap(({ pid }) => (argumentsOf(pid).includes('--type=extensionHost') ? [pid] : []));
  const killAll = () => {
    for (const { pid } of processes()) signal(pid, 'SIGKILL');
  };
  const stop = async () => {
    process.off('exit', killAll);
    if (server) await endGroup(server, processes);
    const left = processes();
    killAll();
    await waitFor('the rest of the editor to end', () => processes().length === 0);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    return left;
  };

  try {
    for (const each of [temporary, extensionsDir]) await mkdir(each, { recursive: true });
    const settings = await EditorSettings.create(userDataDir, options.settings ?? {});
    const install = async (vsix: string): Promise<void> => {
      const args = [serverMain, ...folders, '--install-extension', vsix];
      await run(node, args, { cwd: home, env, timeout: START_DEADLINE_MS });
    };
    for (const vsix of options.extensions) await install(vsix);

    const logFile = join(folder, 'server.log');
    const log = () => readFileSync(logFile, 'utf8');
    const args = ['--host', '127.0.0.1', '--port', '0', '--accept-server-license-terms'];
    args.push(...(options.token ? ['--connection-token', options.token] : ['--without-connection-token']));
    args.push('--telemetry-level', 'off', ...folders);
    if (options.trusted !== false) args.push('--disable-workspace-trust');
    if (options.testDriver) args.push('--enable-smoke-test-driver');
    const output = openSync(logFile, 'w');
    server = spawn(node, [serverMain, ...args], { cwd: home, env, stdio: ['ignore', output, output], detached: true });
    closeSync(output);
    process.once('exit', killAll);
    const port = await listeningPort(server, log);
    const urlOf = (workspace: string) => {
      const kind = workspace.endsWith('.code-workspace') ? 'workspace' : 'folder';
      const token = options.token ? `tkn=${options.token}&` : '';
      return `http://127.0.0.1:${port}/?${token}${kind}=${encodeURIComponent(workspace)}`;
    };
    const url = urlOf(options.workspace);
    const pid = server.pid as number;
    const { version } = options;
    const places = { home, userDataDir, extensionsDir };
    return { version, url, urlOf, port, pid, ...places, settings, install, log, processes, extensionHosts, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The port, once the server answers there. */
async function listeningPort(server: ChildProcess, log: () => string): Promise<number> {
  let failure: Error | undefined;
  server.once('error', (error) => {
    failure = error;
  });
  return waitFor(
    'the editor server to answer',
    async () => {
      if (failure) throw failure;
      if (hasEnded(server)) throw new Error(`the editor server ended:\n${log()}`);
      const port = /Extension host agent listening on (\d+)/.exec(log())?.[1];
      if (!port) return undefined;
      const answer = await fetch(`http://127.0.0.1:${port}/version`).catch(() => undefined);
      return answer?.ok ? Number(port) : undefined;
    },
    START_DEADLINE_MS,
  );
}

/** Asks the whole group to end, and kills it after the deadline. */
async function endGroup(server: ChildProcess, processes: () => readonly ObservedProcess[]): Promise<void> {
  const group = server.pid;
  if (group === undefined) return;
  const isGone = () => hasEnded(server) && !processes().some(({ sid }) => sid === group);
  signal(-group, 'SIGTERM');
  await waitFor('the editor to end', isGone, TERMINATE_DEADLINE_MS).catch(() => signal(-group, 'SIGKILL'));
  await waitFor('the editor to end when killed', isGone);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** To a process or, negative, a group; one that is gone already is no error. */
function signal(target: number, name: NodeJS.Signals): void {
  try {
    process.kill(target, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
