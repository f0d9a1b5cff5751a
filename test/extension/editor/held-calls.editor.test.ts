import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EDITOR_VERSIONS } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, type StoredSessionWriter } from '../../rig/cli.ts';
import type { EventRow } from '../../rig/editor/event-panel.ts';
import { PendingCall } from '../../rig/pending-call.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

const RULES = `{
  "answer_within_ms": 30000,
  "rules": [
    { "name": "env", "when": "glob(file_path, [\\"**/.env\\"])", "action": "deny" },
    { "name": "push", "when": "command.matches(\\"git push\\")", "action": "ask" },
    { "name": "reset", "when": "command.matches(\\"git reset\\")", "action": "ask" },
    { "name": "clean", "when": "command.matches(\\"git clean\\")", "action": "pause" }
  ]
}
`;

const openWindow = usePackedExtension();

describe.each(EDITOR_VERSIONS)('calls that a rule stops, in VS Code %s', (version) => {
  let workspace: CliWorkspace;
  let session: StoredSessionWriter;
  let window: EditorWindow;

  beforeAll(async () => {
    workspace = new CliWorkspace();
    workspace.write('.watch-rules.json', RULES);
    const agent = workspace.startSleeper();
    session = workspace.session('0c7e91a2-one');
    workspace.register(session.id, agent.pid, { asks: true });
    window = await openWindow(workspace, { version });
    await window.watcher();
    await window.panel.open();
    await waitFor('the guard', async () =>
      (await window.panel.frame.locator('.watch').innerText()).includes('Guarded'),
    );
  }, INSTALL_MS);

  afterAll(async () => {
    await window?.close();
    await workspace?.dispose();
  });

  const bash = (command: string) => new PendingCall(workspace, session.id, 'Bash', { command });
  const asks = () => window.panel.frame.getByRole('region', { name: 'Calls that wait for your answer' });
  const answer = (name: string) => asks().getByRole('button', { name, exact: true });

  /** The row of the rule once it is in this state. */
  function ruleRow(rule: string, text: string, status: string): Promise<EventRow> {
    return waitFor(`the row of ${rule} to be ${status}`, async () =>
      (await window.panel.rows()).find(
        (row) => row.kind === 'rule' && row.title === rule && row.text.includes(text) && row.status === status,
      ),
    );
  }

  it('tells of a call that was denied: in a row of its own, and by a notice that leads to the rule', async () => {
    const read = new PendingCall(workspace, session.id, 'Read', { file_path: `${workspace.path}/.env` });
    expect(await read.verdict()).toMatch(/^deny: .*env/);
    const row = await ruleRow('env', '.env', 'denied');
    expect(row).toMatchObject({ end: 'denied', icon: 'circle-slash' });
    expect((await window.panel.rows()).filter(({ kind }) => kind === 'outcome')).toEqual([]);
    await window.panel.row('tool', '.env', { status: 'denied' });
    await window.panel.element(row).locator('.line').click();
    const detail = window.panel.element(row).locator('.detail');
    await detail.getByText('the call did not run, and the agent was told why', { exact: true }).waitFor();
    await window.panel.element(row).locator('.line').click();
    const { notifications, statusBar } = window.workbench;
    const notice = await notifications.one('Denied a call of test-agent 0c7e91a2 by rule env');
    expect(notice).toMatchObject({ severity: 'warning', buttons: ['Show', 'Edit Rule'] });
    expect(notice.text).toContain('.env" matches "**/.env"');
    const again = new PendingCall(workspace, session.id, 'Read', { file_path: `${workspace.path}/.env` });
    expect(await again.verdict()).toMatch(/^deny/);
    await window.panel.has(5);
    expect((await notifications.all()).filter(({ text }) => text.includes('by rule env'))).toHaveLength(1);
    await notifications.press('by rule env', 'Edit Rule');
    await statusBar.item(/Ln 4, Col/);
    expect(await window.workbench.editor.text()).toContain('"name": "push"');
  });

  it('asks by a notice, and lets the call run when it is allowed once', async () => {
    const call = bash('git push --force');
    const { notifications } = window.workbench;
    const notice = await notifications.one('Bash git push --force');
    expect(notice.text).toMatch(
      /^Agent Trace: an agent waits for you\. Bash git push --force\. Rule push asks: command is/,
    );
    expect(notice.buttons).toEqual(['Allow Once', 'Allow for This Session', 'Deny']);
    const row = await ruleRow('push', 'git push --force', 'held');
    expect(row).toMatchObject({ icon: 'question', end: expect.stringMatching(/^held \d+ s$/) });
    const status = await window.status(/Needs you/);
    expect(status.label).toContain('needs you');
    const tooltip = async () => (await window.workbench.statusBar.tooltip('Needs you')).replaceAll('\u00a0', ' ');
    await expect.poll(tooltip).toMatch(/State\s+Needs you: Bash git push --force \(rule push\)[\s\S]*Answer/);
    expect(call.isHeld).toBe(true);
    await window.workbench.screenshot('held-call');
    await notifications.press('Bash git push --force', 'Allow Once');
    expect(await call.verdict()).toBe('allowed');
    await ruleRow('push', 'git push --force', 'allowed');
    await asks().waitFor({ state: 'detached' });
    await waitFor('the end of waiting', async () => !(await window.statusNow())?.text.includes('Needs you'));
  });

  it('takes an answer above the event stream, and shows it when the watcher says so', async () => {
    const { notifications } = window.workbench;
    const call = bash('git push origin main');
    await notifications.one('git push origin main');
    await answer('Deny').click();
    expect(await call.verdict()).toMatch(/^deny: push: .*denied/);
    await ruleRow('push', 'git push origin main', 'denied');
    await asks().waitFor({ state: 'detached' });
    // Its notice still stands; what comes of an answer that is too late is told.
    await notifications.press('git push origin main', 'Allow Once');
    expect((await notifications.one('Allow Once, Bash git push origin main')).severity).toBe('error');
  });

  it('takes an answer by the command palette, and asks no more in a session for which a rule allows', async () => {
    const { workbench } = window;
    const call = bash('git reset --hard');
    await answer('Deny').waitFor();
    await workbench.runCommand('Agent Trace: Answer Waiting Calls');
    const offered = (await workbench.quickInput.items()).map(({ label }) => label);
    expect(offered).toEqual(['Allow Once', 'Allow for This Session', 'Deny', 'Show in Event Stream']);
    await workbench.quickInput.pick('Allow for This Session');
    expect(await call.verdict()).toBe('allowed');
    await ruleRow('reset', 'git reset --hard', 'allowed');
    expect(await bash('git reset --soft').verdict()).toBe('allowed');
    expect(await workbench.commands('Agent Trace: Answer')).not.toContain('Agent Trace: Answer Waiting Calls');
  });

  it('shows calls of a paused session as held, by the rule or by its user, and allowed when it goes on', async () => {
    const { notifications } = window.workbench;
    const call = bash('git clean -fd');
    const row = await ruleRow('clean', 'git clean', 'held');
    expect(row).toMatchObject({ icon: 'debug-pause', end: expect.stringMatching(/^held \d+ s$/) });
    const other = bash('git status');
    await ruleRow('clean', 'Bash git status: command is "git clean -fd"', 'held');
    expect([call.isHeld, other.isHeld]).toEqual([true, true]);
    await notifications.press('by rule clean', 'Resume');
    expect([await call.verdict(), await other.verdict()]).toEqual(['allowed', 'allowed']);
    await ruleRow('clean', 'git clean', 'allowed');
    await ruleRow('clean', 'Bash git status', 'allowed');
    await window.panel.stream.press('End');
    await window.panel.button('Pause').click();
    await window.panel.button('Resume').waitFor();
    const third = bash('git log');
    await ruleRow('Pause', 'Bash git log: you have paused the session', 'held');
    await window.panel.button('Resume').click();
    expect(await third.verdict()).toBe('allowed');
    await ruleRow('Pause', 'Bash git log', 'allowed');
  });

  it('holds nothing any more, and says so, when the watcher is gone', async () => {
    bash('git push away');
    await ruleRow('push', 'git push away', 'held');
    process.kill(await window.watcher(), 'SIGKILL');
    const row = await ruleRow('push', 'git push away', 'interrupted');
    expect(row.end).toBe('ask unanswered');
    await asks().waitFor({ state: 'detached' });
  });
});
