import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EDITOR_NEWER } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState, type StoredSessionWriter } from '../../rig/cli.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

/** No list has it. */
const MODEL = 'my-model';

const openWindow = usePackedExtension();

let workspace: CliWorkspace;
let agent: ReturnType<CliWorkspace['startSleeper']>;
let window: EditorWindow;

function spend(session: StoredSessionWriter, millions: number): void {
  session.append('llm_response', { model: MODEL, usage: { output: millions * 1_000_000 } });
}

/** `output`: USD per million tokens. */
const pricesOf = (output: number) => ({ [MODEL]: { input: 0, output } });

function configure(config: object): void {
  workspace.write('config.json', JSON.stringify(config));
}

async function pastSession(): Promise<string | undefined> {
  const rows = await window.workbench.pane('Agent Sessions').rows();
  return rows.find(({ label }) => label.includes('past0001'))?.description;
}

beforeAll(async () => {
  workspace = new CliWorkspace();
  workspace.writeRules({ name: 'budget', condition: 'cost_usd > 5', action: 'pause' });
  configure({});
  const past = workspace.session('past0001');
  spend(past, 1);
  past.append('session_end', { reason: 'exit' });
  const meta = { session_id: past.id, started_at: Date.now() / 1000, ended_at: Date.now() / 1000 };
  writeFileSync(join(past.folder, 'meta.json'), JSON.stringify(meta));
  agent = workspace.startSleeper();
  spend(workspace.session('0c7e91a2-one', agent.pid), 2);
  const env = { AGENT_TRACE_CONFIG: join(workspace.path, 'config.json') };
  window = await openWindow(workspace, { version: EDITOR_NEWER, env });
  const tree = window.workbench.pane('Agent Sessions');
  await tree.expand();
  await tree.grow(300);
}, INSTALL_MS);

afterAll(async () => {
  await window?.close();
  await workspace?.dispose();
});

it('prices of the configuration are taken when it changes', async () => {
  await window.status(/\$\?/);
  await expect.poll(pastSession).toMatch(/^\$\?/);
  configure({ prices: pricesOf(1) });
  await window.status(/\$2\.00/);
  await expect.poll(pastSession).toMatch(/^\$1\.00/);
});

it('prices of the setting are taken when it changes, by the watcher too', async () => {
  await window.watcher();
  expect(processState(agent.pid)).toBe('S');
  await window.server.settings.change({ 'agentTrace.prices': pricesOf(3) });
  await window.status(/\$6\.00/);
  await expect.poll(pastSession).toMatch(/^\$3\.00/);
  await waitFor('the agent to be paused', () => processState(agent.pid) === 'T');
  expect(workspace.alerts().find(({ type }) => type === 'decision')).toMatchObject({ rule: 'budget', value: 6 });
});
