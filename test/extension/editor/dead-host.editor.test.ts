import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EDITOR_VERSIONS } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState, type StoredSessionWriter } from '../../rig/cli.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

const CALLS = 20;

const openWindow = usePackedExtension();

describe.each(EDITOR_VERSIONS)('an extension host that is killed, in VS Code %s', (version) => {
  let workspace: CliWorkspace;
  let agent: ReturnType<CliWorkspace['startSleeper']>;
  let session: StoredSessionWriter;
  let window: EditorWindow;

  beforeAll(async () => {
    workspace = new CliWorkspace();
    workspace.writeRules({ name: 'budget', when: 'cost_usd > 5', action: 'kill' });
    agent = workspace.startSleeper();
    session = workspace.session('0c7e91a2-one', agent.pid);
    call(CALLS);
    window = await openWindow(workspace, { version });
    await window.watcher();
    await window.panel.open();
    await window.panel.has(1 + CALLS);
  }, INSTALL_MS);

  afterAll(async () => {
    await window?.close();
    await workspace?.dispose();
  });

  function call(times: number): void {
    for (let n = 0; n < times; n += 1) session.finish('Grep', { pattern: `pattern ${n}` });
  }

  const isIn = (state: string) => waitFor(`the agent to be in state ${state}`, () => processState(agent.pid) === state);

  it('comes back with the same state, every event once, one watcher, and a way out for a frozen agent', async () => {
    const { panel, workbench } = window;
    await workbench.runCommand('Agent Trace: Pause');
    await isIn('T');
    await window.status(/Paused/);
    // Beside what was called: the start, and the pause.
    await panel.has(CALLS + 2);
    const before = await panel.allRows();

    const { server } = window;
    const [host = Number.NaN] = server.extensionHosts();
    process.kill(host, 'SIGKILL');
    await waitFor('the end of the extension host', () => processState(host) === undefined);
    call(CALLS);
    await waitFor('another extension host', () => server.extensionHosts().some((pid) => pid !== host));

    await window.status(/Paused.* 40 calls/);
    await panel.has(2 * CALLS + 2);
    const after = await panel.allRows();
    expect(after.slice(0, before.length).map(({ text }) => text)).toEqual(before.map(({ text }) => text));
    expect(after.map(({ position }) => position)).toEqual(after.map((_, index) => index));
    await window.watcher();
    expect(processState(agent.pid)).toBe('T');
    await workbench.runCommand('Agent Trace: Resume');
    await isIn('S');
    await window.status(/^ ?\$/);
  });
});
