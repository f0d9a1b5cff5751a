import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { EDITOR_NEWER } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState } from '../../rig/cli.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

const openWindow = usePackedExtension();

const workspaces: CliWorkspace[] = [];
let window: EditorWindow | undefined;

afterEach(async () => {
  await window?.close();
  window = undefined;
  for (const workspace of workspaces.splice(0)) await workspace.dispose();
});

function newWorkspace(): CliWorkspace {
  const workspace = new CliWorkspace();
  workspaces.push(workspace);
  return workspace;
}

it(
  'notices a store that is made while no view is in sight, and one that is removed or replaced',
  async () => {
    const workspace = newWorkspace();
    window = await openWindow(workspace, { version: EDITOR_NEWER });
    const { workbench, panel } = window;
    await workbench.runCommand('View: Show Search');
    // The window begins anew without the Explorer, whose views would activate the extension.
    await workbench.reload();
    await hasStarted(window.server.userDataDir, 2);
    const agent = workspace.startSleeper();
    workspace.session('0c7e91a2-one', agent.pid).finish('Grep', {});
    await window.status(/1 call$/);
    await window.watcher();
    await panel.open();
    await panel.row('tool', 'Grep');

    rmSync(workspace.store, { recursive: true });
    await waitFor('no entry in the status bar', async () => (await window?.statusNow()) === undefined);
    await panel.frame.locator('.welcome').waitFor();
    expect(processState(agent.pid)).toBe('S');

    const other = newWorkspace();
    const next = other.session('f2b1aaaa-two');
    next.finish('Read', { file_path: 'a.ts' });
    next.finish('Read', { file_path: 'b.ts' });
    renameSync(other.store, workspace.store);
    await window.status(/2 calls$/);
    await panel.showsKinds('session', 'tool', 'tool');

    const third = newWorkspace();
    third.session('33333333-tri').finish('Bash', { command: 'make' });
    renameSync(workspace.store, join(workspace.path, 'put-away'));
    renameSync(third.store, workspace.store);
    await window.status(/1 call$/);
    await panel.row('tool', 'make');
  },
  INSTALL_MS,
);

it(
  'follows the stores of all folders, also of those that come and go',
  async () => {
    const [first, second, third] = [newWorkspace(), newWorkspace(), newWorkspace()];
    first.session('11111111-one', first.startSleeper().pid).finish('Grep', {});
    second.session('22222222-two', second.startSleeper().pid).append('user_prompt', { prompt: 'two' });
    third.session('33333333-tri').append('user_prompt', { prompt: 'three' });
    const home = join(first.path, 'several');
    mkdirSync(home);
    const open = join(home, 'several.code-workspace');
    const folders = (...paths: readonly string[]) =>
      writeFileSync(open, JSON.stringify({ folders: paths.map((path) => ({ path })) }));
    folders(first.path, second.path);
    window = await openWindow(first, { version: EDITOR_NEWER, open });
    const { workbench } = window;
    const tree = workbench.pane('Agent Sessions');
    await window.status(/\+1/);
    await tree.expand();
    await tree.grow(200);
    const shows = (...labels: readonly string[]) =>
      waitFor(`the sessions ${labels}`, async () => {
        const rows = await tree.rows();
        return (
          rows
            .map(({ label }) => label.slice('test-agent '.length))
            .sort()
            .join() === labels.join()
        );
      });
    await shows('11111111', '22222222');
    expect((await tree.rows()).every(({ description }) => /, agent-trace-cli-\w+$/.test(description))).toBe(true);
    folders(first.path, second.path, third.path);
    await shows('11111111', '22222222', '33333333');
    await window.status(/\+2/);
    folders(first.path);
    await shows('11111111');
    await window.status(/1 call$/);
  },
  INSTALL_MS,
);

/**
 * Waits until the `count`th extension host has activated what the opened folder asks for: a store that is made before
 * would be taken for one that was there.
 */
function hasStarted(userDataDir: string, count: number): Promise<true> {
  const logs = join(userDataDir, 'logs');
  return waitFor('the extension host to have started', () =>
    readdirSync(logs).some((start) => {
      const log = join(logs, start, `exthost${count}`, 'remoteexthost.log');
      return existsSync(log) && readFileSync(log, 'utf8').includes('Eager extensions activated');
    }),
  );
}
