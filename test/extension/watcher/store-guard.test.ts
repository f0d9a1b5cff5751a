import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../../core/common/protocol/alert.ts';
import { systemProcessTable } from '../../../core/node/process/system-process-table.ts';
import { bundledCli } from '../../../extension/bundled-cli.ts';
import { StoreGuard, type WatcherFailure } from '../../../extension/watcher/store-guard.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CLI, CliWorkspace, processState } from '../../rig/cli.ts';

const PAUSE_ENV = { name: 'secrets', condition: 'file_path matches "**/.env"', action: 'pause' };
const EXTENSION = CLI.replace(/\/dist\/agent-trace\.cjs$/, '');

let workspace: CliWorkspace;
let guards: StoreGuard[];
let alerts: Alert[];
let failures: WatcherFailure[];
let output: string[];
let live: boolean;
let allowed: boolean;

beforeEach(() => {
  workspace = new CliWorkspace();
  [guards, alerts, failures, output, live, allowed] = [[], [], [], [], true, true];
});

afterEach(async () => {
  const pids = guards.flatMap((guard) => guard.pid ?? []);
  for (const guard of guards) guard.close();
  // A watcher that was there before is the workspace's to end.
  await workspace.dispose();
  await waitFor('the watchers to end', () => pids.every(isGone));
});

function open(): StoreGuard {
  const guard = new StoreGuard({
    store: workspace.store,
    folder: workspace.path,
    runtimeDir: workspace.runtime,
    launch: bundledCli(EXTENSION, () => ({ ...workspace.env, AGENT_TRACE_DIR: '/nonexistent' })),
    followNative: () => false,
    mayStart: () => allowed,
    isLive: () => live,
    onAsks: () => {},
    onAlert: (alert) => alerts.push(alert),
    onChange: () => {},
    onFailure: (failure) => failures.push(failure),
    onOutput: (line) => output.push(line),
    onIssue: (message) => output.push(message),
  });
  guards.push(guard);
  guard.consider();
  return guard;
}

const running = (guard: StoreGuard) => waitFor(`a watcher; so far: ${output.join('\n')}`, () => guard.pid);
/** What is decided at once is decided by now. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 300));

describe('a store with a live session', () => {
  it('gets the watcher that comes with the extension, which enforces the rules', async () => {
    workspace.writeRules(PAUSE_ENV);
    const agent = workspace.startSleeper();
    const session = workspace.session('one', agent.pid);
    const guard = open();
    const pid = await running(guard);
    expect(guard.presence).toBe('running');
    expect(systemProcessTable().read(pid)?.ppid).toBe(process.pid);
    session.call('Read', { file_path: '.env' });
    await waitFor('the outcome', () => alerts.some((alert) => alert.type === 'outcome' && alert.result === 'done'));
    expect(processState(agent.pid)).toBe('T');
    expect(output.join('\n')).toContain(`watching ${workspace.store}`);
  });

  it('keeps the watcher that runs already, and gets its own when that one ends', async () => {
    workspace.session('one');
    const terminal = await workspace.watch();
    const guard = open();
    expect(await running(guard)).toBe(terminal.child.pid);
    expect(await guard.stop()).toBe(false);
    guard.start();
    await terminal.stop();
    await waitFor('a watcher of its own', () => guard.pid !== undefined && guard.pid !== terminal.child.pid);
    expect(failures).toEqual([]);
  });

  it('has one watcher, however many windows open at once', async () => {
    workspace.session('one');
    const [first, second] = [open(), open()];
    expect(await running(first)).toBe(await running(second));
    expect(failures).toEqual([]);
  });

  it('gets another watcher when the window that started it is closed while a second one shows it', async () => {
    workspace.session('one');
    const first = open();
    const pid = await running(first);
    const second = open();
    expect(await running(second)).toBe(pid);
    first.close();
    await waitFor('the successor', () => second.pid !== undefined && second.pid !== pid);
    await waitFor('the end of the first', () => isGone(pid));
  });

  it('gets another watcher when it crashed', async () => {
    workspace.session('one');
    const guard = open();
    const pid = await running(guard);
    process.kill(pid, 'SIGKILL');
    await waitFor('its successor', () => guard.pid !== undefined && guard.pid !== pid);
    expect(output.join('\n')).toContain('the watcher ended and is started again: it was ended by SIGKILL');
  });
});

describe('no watcher is started', () => {
  it.each([
    ['for a store whose sessions are all over', () => (live = false)],
    ['where it is not allowed', () => (allowed = false)],
  ])('%s, until that changes', async (_, forbid) => {
    workspace.session('one');
    forbid();
    const guard = open();
    await guard.find();
    guard.consider();
    await settle();
    expect(guard.presence).toBe('none');
    expect(output).toEqual([]);
    [live, allowed] = [true, true];
    guard.consider();
    await running(guard);
  });

  it('after the user has stopped it, until the user starts it', async () => {
    workspace.session('one');
    const guard = open();
    const pid = await running(guard);
    expect(await guard.stop()).toBe(true);
    await waitFor('its end', () => processState(pid) === undefined && guard.pid === undefined);
    guard.consider();
    await settle();
    expect(guard.pid).toBeUndefined();
    guard.start();
    await running(guard);
  });

  it('while the rules have a mistake, which is told in its own words, and is when they are right', async () => {
    workspace.write('.watch-rules.json', '{ "rules": [\n  { "condition": "cost_used > 5", "action": "kill" }\n] }');
    workspace.session('one');
    const guard = open();
    await waitFor('the failure', () => failures.length > 0);
    expect(failures).toEqual([
      { kind: 'bad-rules', message: expect.stringMatching(/:2:19: .*cost_used[\s\S]*cost_usd/) },
    ]);
    expect(guard.presence).toBe('bad-rules');
    guard.consider();
    guard.consider();
    await settle();
    expect(failures).toHaveLength(1);
    workspace.writeRules(PAUSE_ENV);
    guard.rulesChanged();
    await running(guard);
    expect(guard.presence).toBe('running');
  });
});

describe('the watcher of a window', () => {
  it('ends with the program that started it, however that ends', async () => {
    workspace.session('one');
    const script = `
      import { StoreGuard } from ${JSON.stringify(`${EXTENSION}/extension/watcher/store-guard.ts`)};
      import { bundledCli } from ${JSON.stringify(`${EXTENSION}/extension/bundled-cli.ts`)};
      const nothing = () => {};
      const guard = new StoreGuard({
        store: ${JSON.stringify(workspace.store)}, folder: ${JSON.stringify(workspace.path)},
        runtimeDir: ${JSON.stringify(workspace.runtime)}, launch: bundledCli(${JSON.stringify(EXTENSION)}, () => process.env),
        followNative: () => false, mayStart: () => true, isLive: () => true,
        onAlert: nothing, onFailure: nothing, onOutput: nothing, onIssue: nothing,
        onChange: () => { if (guard.pid) console.log(guard.pid); },
      });
      guard.consider();`;
    const window = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      env: workspace.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let pid: number | undefined;
    try {
      let printed = '';
      window.stdout.on('data', (chunk) => {
        printed += chunk;
      });
      const watcher = Number(await waitFor('the watcher', () => /^\d+\n/.exec(printed)?.[0]));
      pid = watcher;
      expect(processState(watcher)).toBeDefined();
      window.kill('SIGKILL');
      await waitFor('the watcher to end', () => isGone(watcher));
    } finally {
      window.kill('SIGKILL');
      if (pid !== undefined && !isGone(pid)) process.kill(pid, 'SIGKILL');
    }
  });
});

function isGone(pid: number): boolean {
  return [undefined, 'Z'].includes(processState(pid));
}
