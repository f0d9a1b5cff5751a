import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EDITOR_VERSIONS } from '../../../scripts/editor/install.ts';
import { CliWorkspace, type StoredSessionWriter } from '../../rig/cli.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

/** $0.60 each. */
const USAGE = { input: 100_000, output: 20_000, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0 };

const openWindow = usePackedExtension();

describe.each(EDITOR_VERSIONS)('the guard in VS Code %s', (version) => {
  let workspace: CliWorkspace;
  let agent: ReturnType<CliWorkspace['startSleeper']>;
  let session: StoredSessionWriter;
  let window: EditorWindow;

  beforeAll(async () => {
    workspace = new CliWorkspace();
    workspace.writeRules(
      { name: 'session', when: 'cost_usd > 3', action: 'kill' },
      { name: 'tree', when: 'cost_usd_session_tree > 2', action: 'pause' },
      { name: 'day', when: 'cost_usd_today >= 6', action: 'alert' },
      { name: 'burst', when: 'calls_last(60) > 50', action: 'alert' },
    );
    const spend = (writer: StoredSessionWriter, id: string) =>
      writer.append('llm_response', { model: 'claude-sonnet-4-6', usage: USAGE }, { event_id: id });
    const past = workspace.session('past0001');
    spend(past, 'r0');
    past.append('session_end', { reason: 'exit' });
    const meta = { session_id: past.id, started_at: Date.now() / 1000, ended_at: Date.now() / 1000 };
    writeFileSync(join(past.folder, 'meta.json'), JSON.stringify(meta));
    agent = workspace.startSleeper();
    session = workspace.session('0c7e91a2-one', agent.pid);
    spend(session, 'r1');
    spend(workspace.session('0c7e91a2-one.helper', undefined, session.id), 'r2');
    window = await openWindow(workspace, { version });
    await window.panel.open();
    await window.panel.openHeader();
  }, INSTALL_MS);

  afterAll(async () => {
    await window?.close();
    await workspace?.dispose();
  });

  it('shows how near every limit is: of the session, of its tree, of the day, and of a window of time', async () => {
    const { meters } = await window.panel.headerWhen('all limits', ({ meters }) =>
      meters.includes('day: $1.80 of $6.00'),
    );
    expect(meters).toEqual([
      expect.stringMatching(/^Context: /),
      'tree: $1.20 of $2.00',
      'day: $1.80 of $6.00',
      'session: $0.60 of $3.00',
      'burst: 0 of 50',
    ]);
  });

  it('says of a session whether it is guarded or observed, and why', async () => {
    workspace.register(session.id, agent.pid);
    const watch = () => window.panel.frame.locator('.watch').innerText();
    await expect.poll(watch).toMatch(/^Observed\s+The agent does not ask before its calls/);
    workspace.register(session.id, agent.pid, { asks: true });
    session.append('user_prompt', { prompt: 'Go on' });
    await expect.poll(watch).toMatch(/^Guarded\s+The agent asks before each call/);
  });

  it('says so of each session in the tree', async () => {
    await window.panel.pane.collapse();
    const tree = window.workbench.pane('Agent Sessions');
    await tree.expand();
    await tree.grow(400);
    const described = async () =>
      Object.fromEntries((await tree.rows()).map(({ label, description }) => [label, description]));
    await expect.poll(described).toMatchObject({
      'test-agent 0c7e91a2': expect.stringMatching(/^\$0\.60, guarded, /),
      'test-agent past0001': expect.not.stringContaining('guarded'),
    });
    const heard = async () => (await tree.rows()).find(({ label }) => label === 'test-agent 0c7e91a2')?.ariaLabel;
    await expect.poll(heard).toContain('guarded: The agent asks before each call');
  });

  it('says so in the tooltip of the status bar', async () => {
    const tooltip = async () => (await window.workbench.statusBar.tooltip('calls')).replaceAll('\u00a0', ' ');
    await expect
      .poll(tooltip)
      .toMatch(/Rules\s+4 rules[\s\S]*Guarded\s+The agent asks before each call: one that breaks a rule does not run/);
  });
});
