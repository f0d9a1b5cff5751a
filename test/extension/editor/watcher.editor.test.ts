import { afterEach, beforeEach, expect, it } from 'vitest';
import { EDITOR_NEWER } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState, type StoredSessionWriter } from '../../rig/cli.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

const OFF = { 'agentTrace.watcher.autoStart': false };

const openWindow = usePackedExtension();

let workspace: CliWorkspace;
let agent: ReturnType<CliWorkspace['startSleeper']>;
let session: StoredSessionWriter;
let window: EditorWindow;
let calls: number;

beforeEach(() => {
  calls = 0;
  workspace = new CliWorkspace();
  workspace.writeRules({ name: 'budget', condition: 'cost_usd > 5', action: 'kill' });
  agent = workspace.startSleeper();
  session = workspace.session('0c7e91a2-one', agent.pid);
});

afterEach(async () => {
  await window?.close();
  await workspace.dispose();
});

const isIn = (state: string) => waitFor(`the agent to be in state ${state}`, () => processState(agent.pid) === state);
const gone = (pid: number) => waitFor(`the end of process ${pid}`, () => processState(pid) === undefined);

/** Waits until the extension has taken in one more call, whatever it did about that. */
async function isUpToDate(): Promise<void> {
  session.finish('Grep', {});
  calls += 1;
  await window.status(new RegExp(` ${calls} calls?$`));
}

/** Waits until a watcher answers the extension: only then the palette has the command that ends it. */
function isAnswered(): Promise<true> {
  return waitFor('a watcher to answer', async () =>
    (await window.workbench.commands('Agent Trace: Stop')).includes('Agent Trace: Stop Watcher'),
  );
}

it(
  'starts a watcher by itself where the setting allows it, ends it and starts it on demand, brings back one that died',
  async () => {
    window = await openWindow(workspace, { version: EDITOR_NEWER, settings: OFF });
    const { workbench, server } = window;
    await isUpToDate();
    await isUpToDate();
    expect(window.watchers()).toEqual([]);
    expect(await workbench.commands('Agent Trace: Stop Watcher')).not.toContain('Agent Trace: Stop Watcher');

    await server.settings.change({ 'agentTrace.watcher.autoStart': true });
    const first = await window.watcher();
    await isAnswered();
    await workbench.runCommand('Agent Trace: Stop Watcher');
    await gone(first);
    await isUpToDate();
    expect(window.watchers()).toEqual([]);

    await workbench.runCommand('Agent Trace: Start Watcher');
    const second = await window.watcher();
    await isAnswered();
    process.kill(second, 'SIGKILL');
    await gone(second);
    expect(await window.watcher()).not.toBe(second);
  },
  INSTALL_MS,
);

it(
  'resumes, pauses and kills an agent when the watcher that paused it is dead',
  async () => {
    window = await openWindow(workspace, { version: EDITOR_NEWER, settings: OFF });
    const { workbench } = window;
    await workbench.runCommand('Agent Trace: Start Watcher');
    const watcher = await window.watcher();
    await isAnswered();
    await workbench.runCommand('Agent Trace: Pause');
    await isIn('T');
    await window.status(/Paused/);
    process.kill(watcher, 'SIGKILL');
    await gone(watcher);

    await workbench.runCommand('Agent Trace: Resume');
    await isIn('S');
    await window.status(/^ ?\$/);
    await workbench.runCommand('Agent Trace: Pause');
    await isIn('T');
    await window.status(/Paused/);
    await workbench.runCommand('Agent Trace: Kill');
    await workbench.notifications.answerDialog('Kill');
    await waitFor('the end of the agent', () => agent.exitCode !== null || agent.signalCode !== null);
    await window.status(/Killed/);
    expect(window.watchers()).toEqual([]);
    expect(workspace.alerts().flatMap((alert) => (alert.type === 'outcome' ? [alert.action] : []))).toEqual([
      'pause',
      'resume',
      'pause',
      'kill',
    ]);
  },
  INSTALL_MS,
);

it(
  'leaves the guarding to a watcher that runs already, and does not end it',
  async () => {
    const other = await workspace.watch();
    window = await openWindow(workspace, { version: EDITOR_NEWER });
    const { workbench } = window;
    await isUpToDate();
    await isAnswered();
    expect(window.watchers()).toEqual([]);
    await workbench.runCommand('Agent Trace: Stop Watcher');
    await workbench.notifications.one(`end process ${other.child.pid} where it runs`);
    expect(other.ended).toBe(false);
    await workbench.runCommand('Agent Trace: Pause');
    await isIn('T');
    expect((await other.outcome('pause')).result).toBe('done');
  },
  INSTALL_MS,
);
