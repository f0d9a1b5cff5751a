import { afterAll, beforeAll, expect, it } from 'vitest';
import { EDITOR_NEWER } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState } from '../../rig/cli.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

const openWindow = usePackedExtension();

let workspace: CliWorkspace;
let agent: ReturnType<CliWorkspace['startSleeper']>;
let window: EditorWindow;

beforeAll(async () => {
  workspace = new CliWorkspace();
  agent = workspace.startSleeper();
  workspace.session('0c7e91a2-one', agent.pid).finish('Grep', {});
  window = await openWindow(workspace, { version: EDITOR_NEWER, trusted: false });
}, INSTALL_MS);

afterAll(async () => {
  await window?.close();
  await workspace?.dispose();
});

it('shows everything and offers no control without trust, in the event stream, the sessions and the menu', async () => {
  const { workbench, panel } = window;
  await window.status(/1 call$/);
  await panel.open();
  await panel.row('tool', 'Grep');
  await panel.headerWhen(
    'no control',
    ({ controls, reason }) => controls.length === 0 && reason.includes('not trusted'),
  );
  await panel.button('Pause').click({ force: true });
  const tree = workbench.pane('Agent Sessions');
  await tree.expand();
  await tree.row('test-agent 0c7e91a2').waitFor();
  expect(await tree.rowActions('test-agent 0c7e91a2')).toEqual([]);
  expect(await tree.menu('test-agent 0c7e91a2')).toEqual(['Reveal Trace', 'Copy Session ID']);
  await workbench.runCommand('Agent Trace: Session Menu');
  expect((await workbench.quickInput.items()).map(({ label }) => label)).toEqual([
    'Select Session',
    'Open Event Stream',
    'Show Log',
  ]);
  await workbench.quickInput.dismiss();
  expect(processState(agent.pid)).toBe('S');
  expect(window.watchers()).toEqual([]);
});

it('offers control once the workspace is trusted, without a reload', async () => {
  const { workbench, panel } = window;
  await workbench.grantTrust();
  await panel.headerWhen('the controls', ({ controls }) => controls.length === 2);
  await panel.button('Pause').click();
  await waitFor('the agent to stop', () => processState(agent.pid) === 'T');
  const tree = workbench.pane('Agent Sessions');
  await waitFor('Resume', async () => (await tree.rowActions('test-agent 0c7e91a2')).join() === 'Resume');
});
