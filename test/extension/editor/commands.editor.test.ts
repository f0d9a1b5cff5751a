import { afterAll, beforeAll, expect, it } from 'vitest';
import { EDITOR_OLDER } from '../../../scripts/editor/install.ts';
import { succeeds } from '../../../scripts/succeeds.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState, type StoredSessionWriter } from '../../rig/cli.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

/** Those that make sense without a session. */
const ALWAYS = [
  'Back-test Rules',
  'Clear Decorations',
  'Edit Rules',
  'Open Event Stream',
  'Remove Hooks',
  'Select Session',
  'Session Menu',
  'Set Up Hooks',
  'Show Log',
  'Start Watcher',
  'Toggle Gutter',
];
const WITH_SESSION = ['Copy Link to Event', 'Copy Session ID', 'Open Postmortem', 'Reveal Trace'];

const openWindow = usePackedExtension();

let workspace: CliWorkspace;
let window: EditorWindow;

beforeAll(async () => {
  workspace = new CliWorkspace();
  window = await openWindow(workspace, { version: EDITOR_OLDER });
}, INSTALL_MS);

afterAll(async () => {
  await window?.close();
  await workspace?.dispose();
});

/** Waits until the palette has exactly these, in whatever order. */
async function offers(...titles: readonly string[]): Promise<void> {
  const expected = [...titles].sort();
  let seen: readonly string[] = [];
  await waitFor('the commands', async () => {
    const offered = await window.workbench.commands('Agent Trace:');
    seen = offered.filter((title) => title.startsWith('Agent Trace: ')).map((title) => title.slice(13));
    return [...seen].sort().join() === expected.join();
  }).catch(() => expect([...seen].sort()).toEqual(expected));
}

it('offers nothing about sessions where there is none, and opens what is there all the same', async () => {
  const { workbench, panel } = window;
  await offers(...ALWAYS);
  await workbench.runCommand('Agent Trace: Open Event Stream');
  await panel.frame.getByText('No agent has been recorded in this workspace yet.').waitFor();
  await panel.button('Set Up Hooks').waitFor();
  await workbench.runCommand('Agent Trace: Show Log');
  await workbench.page.locator('.part.panel').waitFor();
  await waitFor('the log', async () =>
    (await workbench.page.locator('.part.panel').innerHTML()).includes('Agent Trace'),
  );
  await workbench.runCommand('View: Toggle Panel Visibility');
});

let session: StoredSessionWriter;
let agent: ReturnType<CliWorkspace['startSleeper']>;
const isIn = (state: string) => waitFor(`state ${state}`, () => processState(agent.pid) === state);

it('offers what can be done with the agent as it is, and does it', async () => {
  const { workbench } = window;
  agent = workspace.startSleeper();
  session = workspace.session('0c7e91a2-one', agent.pid);
  await window.status(/0 calls/);
  await offers(...ALWAYS, ...WITH_SESSION, 'Pause', 'Kill', 'Stop Watcher');
  await workbench.runCommand('Agent Trace: Pause');
  await isIn('T');
  await offers(...ALWAYS, ...WITH_SESSION, 'Resume', 'Kill', 'Stop Watcher');
  await workbench.runCommand('Agent Trace: Resume');
  await isIn('S');
  await offers(...ALWAYS, ...WITH_SESSION, 'Pause', 'Kill', 'Stop Watcher');
  await workbench.runCommand('Agent Trace: Copy Session ID');
  await waitFor('the id', async () => (await workbench.clipboard()) === session.id);
});

it('opens the event stream from the status bar', async () => {
  const { workbench, panel } = window;
  await panel.pane.collapse();
  session.append('user_prompt', { prompt: 'Hello' });
  await workbench.statusBar.click(/0 calls/);
  await panel.row('prompt', 'Hello');
});

it('selects a session, and follows the newest again', async () => {
  const { workbench } = window;
  const other = workspace.session('f2b1aaaa-two', workspace.startSleeper().pid);
  other.finish('Grep', {});
  await window.status(/1 call/);
  await workbench.runCommand('Agent Trace: Select Session');
  await workbench.quickInput.pick('test-agent 0c7e91a2');
  await window.status(/0 calls/);
  await workbench.runCommand('Agent Trace: Select Session');
  await workbench.quickInput.pick('Follow the Newest');
  await window.status(/1 call/);
  other.append('session_end', {});
  // Later, for certain: two events may be written in the same millisecond.
  session.append('user_prompt', { prompt: 'On' }, { timestamp: Date.now() / 1000 + 1 });
  await window.status(/0 calls/);
});

it('kills without a question where the user wants none, as soon as the setting says so', async () => {
  const { workbench, server } = window;
  await workbench.runCommand('Agent Trace: Kill');
  expect((await workbench.notifications.dialog()).buttons).toContain('Kill');
  await workbench.notifications.answerDialog('Cancel');
  expect(processState(agent.pid)).toBe('S');
  await server.settings.change({ 'agentTrace.confirmKill': false });
  await waitFor('the agent to be killed', async () => {
    await workbench.runCommand('Agent Trace: Kill');
    const asked = await succeeds(workbench.page.locator('.monaco-dialog-box').waitFor({ timeout: 2000 }));
    if (asked) await workbench.notifications.answerDialog('Cancel');
    return !asked;
  });
  await waitFor('the end of the agent', () => agent.exitCode !== null || agent.signalCode !== null);
  await window.status(/Killed/);
  await workbench.runCommand('Agent Trace: Open Postmortem');
  await workbench.notifications.one('there is no postmortem of this session');
});
