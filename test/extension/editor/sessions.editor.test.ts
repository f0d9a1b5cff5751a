import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EDITOR_VERSIONS } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState, type StoredSessionWriter } from '../../rig/cli.ts';
import type { Pane, TreeRow } from '../../rig/editor/pane.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

const USAGE = { input: 100_000, output: 20_000, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0 };

const openWindow = usePackedExtension();

describe.each(EDITOR_VERSIONS)('the view of sessions in VS Code %s', (version) => {
  let workspace: CliWorkspace;
  let window: EditorWindow;
  let tree: Pane;
  const agents = new Map<string, ReturnType<CliWorkspace['startSleeper']>>();

  beforeAll(async () => {
    workspace = new CliWorkspace();
    const start = (id: string): StoredSessionWriter => {
      const agent = workspace.startSleeper();
      agents.set(id, agent);
      const session = workspace.session(id, agent.pid);
      session.append('llm_response', { model: 'claude-sonnet-4-6', usage: USAGE });
      return session;
    };
    start('active01').call('Read', { file_path: 'a.ts' });
    start('waiting1').append('decision', { choice: 'permission', waiting_for: 'permission to run Bash' });
    start('paused01');
    agents.get('paused01')?.kill('SIGSTOP');
    start('ended001').append('session_end', { reason: 'exit' });
    start('dead0001').call('Bash', { command: 'make' });
    agents.get('dead0001')?.kill('SIGKILL');
    const child = workspace.session('active01.helper');
    const meta = { session_id: child.id, started_at: Date.now() / 1000, parent_session_id: 'active01' };
    writeFileSync(join(child.folder, 'meta.json'), JSON.stringify(meta));
    for (const id of ['ended001', 'old00001']) {
      const writer = id === 'ended001' ? undefined : workspace.session(id);
      writer?.append('user_prompt', { prompt: 'long ago' });
      writer?.append('session_end', {});
      const path = join(workspace.store, id, 'meta.json');
      const now = Date.now() / 1000;
      writeFileSync(
        path,
        JSON.stringify({ session_id: id, started_at: now - 7200, ended_at: now - 3600, agent_name: 'test-agent' }),
      );
    }
    window = await openWindow(workspace, { version });
    tree = window.workbench.pane('Agent Sessions');
    await window.status(/0 calls|1 call/);
    await window.panel.pane.collapse();
    await tree.expand();
    await tree.grow(400);
  }, INSTALL_MS);

  afterAll(async () => {
    await window?.close();
    await workspace?.dispose();
  });

  async function session(id: string, passes: (row: TreeRow) => boolean): Promise<TreeRow> {
    let seen: readonly TreeRow[] = [];
    return waitFor(`the row of ${id}`, async () => {
      seen = await tree.rows();
      return seen.find((row) => row.label === `test-agent ${id}` && passes(row));
    }).catch((error) => {
      throw new Error(`${error.message}; there are ${JSON.stringify(seen)}`);
    });
  }

  it('tells what each one does, or how it ended, and what it has cost', async () => {
    expect(await session('active01', ({ description }) => description !== '')).toMatchObject({
      level: 1,
      expanded: true,
      description: expect.stringMatching(/^\$0\.60, /),
      ariaLabel: expect.stringMatching(/^test-agent active01, active, \$0\.60, 1 call, started /),
    });
    expect(await session('waiting1', ({ description }) => description !== '')).toMatchObject({
      description: expect.stringMatching(/^\$0\.60, needs you, /),
    });
    await session('paused01', ({ description }) => /^\$0\.60, paused, /.test(description));
    await session('ended001', ({ ariaLabel }) => ariaLabel.includes('completed, $0.60'));
    await session('dead0001', ({ description }) => /^\$0\.60, interrupted, /.test(description));
    await session('old00001', ({ ariaLabel }) => ariaLabel.includes('completed'));
    const labels = (await tree.rows()).map(({ label, level }) => `${level} ${label}`);
    expect(labels[labels.indexOf('1 test-agent active01') + 1]).toMatch(/^2 test-agent /);
  });

  it('opens one that is over in the event stream', async () => {
    await tree.click('test-agent old00001');
    await window.panel.isThere();
    await window.panel.row('prompt', 'long ago');
    await window.status(/0 calls/);
    await tree.click('test-agent active01');
    await window.panel.row('tool', 'Read');
  });

  it('offers with each what can be done with it, and does it', async () => {
    const active = agents.get('active01');
    const isIn = (state: string) => waitFor(`state ${state}`, () => active && processState(active.pid) === state);
    await window.panel.pane.collapse();
    expect(await tree.rowActions('test-agent ended001')).toEqual([]);
    expect(await tree.rowActions('test-agent paused01')).toEqual(['Resume']);
    expect(await tree.menu('test-agent waiting1')).toEqual(['Pause', 'Kill', 'Reveal Trace', 'Copy Session ID']);
    expect(await tree.menu('test-agent ended001')).toEqual(['Reveal Trace', 'Copy Session ID']);
    await tree.clickRowAction('test-agent active01', 'Pause');
    await isIn('T');
    await session('active01', ({ description }) => description.includes('paused'));
    await tree.clickRowAction('test-agent active01', 'Resume');
    await isIn('S');
    await tree.choose('test-agent active01', 'Pause');
    await isIn('T');
    await tree.choose('test-agent active01', 'Kill');
    await window.workbench.notifications.answerDialog('Kill');
    await waitFor('the end of the agent', () => active?.signalCode !== null || active?.exitCode !== null);
    await session('active01', ({ description }) => description.includes('interrupted'));
    await tree.choose('test-agent waiting1', 'Copy Session ID');
    await waitFor('the id', async () => (await window.workbench.clipboard()) === 'waiting1');
    await tree.choose('test-agent waiting1', 'Reveal Trace');
    await waitFor('the trace in the Explorer', async () =>
      (await window.workbench.explorer.rows()).some(({ path }) => path.endsWith('waiting1/events.ndjson')),
    );
  });

  it('has new sessions as soon as they start', async () => {
    workspace.session('newest01', workspace.startSleeper().pid);
    await session('newest01', ({ ariaLabel }) => ariaLabel.includes('active'));
  });
});
