import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EDITOR_VERSIONS } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace } from '../../rig/cli.ts';
import { PendingCall } from '../../rig/pending-call.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

const NO_RM = { name: 'no rm', when: 'command.contains("rm -rf")', action: 'deny' };
const CHANGED = 'has changed the rules of';
const ASKED = 'hold when you accept them';

const openWindow = usePackedExtension();

describe.each(EDITOR_VERSIONS)('rules that an agent has changed, in VS Code %s', (version) => {
  let workspace: CliWorkspace;
  let window: EditorWindow;

  const write = (...rules: readonly object[]) =>
    workspace.write('.watch-rules.json', JSON.stringify({ answer_within_ms: 30_000, rules }));
  const bash = (command: string) => new PendingCall(workspace, '0c7e91a2-one', 'Bash', { command }).verdict();
  const diff = () => window.workbench.page.locator('.monaco-diff-editor');
  const isOffered = async () =>
    (await window.workbench.commands('Agent Trace: Accept')).includes('Agent Trace: Accept Rules');

  beforeAll(async () => {
    workspace = new CliWorkspace();
    write(NO_RM);
    const agent = workspace.startSleeper();
    workspace.session('0c7e91a2-one');
    workspace.register('0c7e91a2-one', agent.pid, { asks: true });
    window = await openWindow(workspace, { version });
    await window.watcher();
  }, INSTALL_MS);

  afterAll(async () => {
    await window?.close();
    await workspace?.dispose();
  });

  it('are told of, shown beside those in force, and hold once they are accepted', async () => {
    const { notifications } = window.workbench;
    expect(await isOffered()).toBe(false);
    // From here on a call runs that may change files.
    expect(await bash('do something')).toBe('allowed');
    write({ ...NO_RM, action: 'alert' });
    expect((await notifications.one(CHANGED)).buttons).toEqual(['Show Difference', 'Accept Rules']);
    expect(await bash('rm -rf build')).toMatch(/^deny: no rm/);
    await notifications.press(CHANGED, 'Show Difference');
    await notifications.one(ASKED);
    await diff()
      .getByText(/action:\sdeny/)
      .first()
      .waitFor();
    await diff()
      .getByText(/action:\salert/)
      .first()
      .waitFor();
    expect(await bash('rm -rf build')).toMatch(/^deny: no rm/);
    await notifications.press(ASKED, 'Accept Rules');
    await notifications.one('the rules in the files of');
    expect(await bash('rm -rf build')).toBe('allowed');
    expect(await isOffered()).toBe(false);
  });

  it('are not accepted unseen when they are changed once more, and may be accepted in a terminal', async () => {
    const { notifications } = window.workbench;
    write(NO_RM, { name: 'few', when: 'tool_calls > 1000', action: 'alert' });
    await notifications.one(CHANGED);
    await waitFor('the command', isOffered);
    await window.workbench.runCommand('Agent Trace: Accept Rules');
    await notifications.one(ASKED);
    write({ ...NO_RM, mode: 'monitor' });
    await notifications.press(ASKED, 'Accept Rules');
    await diff()
      .getByText(/mode:\smonitor/)
      .first()
      .waitFor();
    await notifications.one(ASKED);
    expect(await isOffered()).toBe(true);
    expect(await workspace.run('rules', 'accept')).toMatchObject({ code: 0 });
    await waitFor('the command to be offered no more', async () => !(await isOffered()));
  });
});
