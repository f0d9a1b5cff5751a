import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EDITOR_VERSIONS, type EditorVersion } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState, type StoredSessionWriter } from '../../rig/cli.ts';
import type { StatusBarItem } from '../../rig/editor/status-bar.ts';
import type { Workbench } from '../../rig/editor/workbench.ts';
import { type EditorWindow, INSTALL_MS, LOW, usePackedExtension } from './editor-window.ts';

const RULES = [
  { name: 'secrets', condition: 'file_path matches "**/.env"', action: 'pause' },
  { name: 'budget', condition: 'cost_usd > 5', action: 'kill' },
  { name: 'look', condition: 'command matches "git push*"', action: 'alert' },
];
const USAGE = { input: 1000, output: 2000, cache_read: 500, cache_write_5m: 0, cache_write_1h: 0 };

const openWindow = usePackedExtension();

let workspace: CliWorkspace;
let window: EditorWindow | undefined;
let workbench: Workbench;

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(async () => {
  await window?.close();
  window = undefined;
  await workspace.dispose();
});

async function open(version: EditorVersion, trusted = true): Promise<EditorWindow> {
  window = await openWindow(workspace, { version, trusted, size: LOW });
  workbench = window.workbench;
  return window;
}

/** The extension's entry, once its text matches. */
async function status(match: RegExp): Promise<StatusBarItem> {
  if (!window) throw new Error('no window is open');
  return window.status(match);
}

/** The editor draws spaces that do not break. */
function plain(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

async function choose(label: string): Promise<void> {
  await workbench.runCommand('Agent Trace: Session Menu');
  await workbench.quickInput.pick(label);
}

const stateOf = (pid: number, state: string) =>
  waitFor(`process ${pid} to be ${state}`, () => processState(pid) === state);

function spend(session: StoredSessionWriter, times: number): void {
  for (let request = 0; request < times; request += 1) {
    session.append('llm_response', { model: 'claude-sonnet-4-6', usage: USAGE });
  }
}

describe.each(EDITOR_VERSIONS)('the status bar in VS Code %s', (version) => {
  it(
    'follows a session, stops and continues its process from the menu, and tells which rule stopped it',
    async () => {
      workspace.writeRules(...RULES);
      const agent = workspace.startSleeper();
      const session = workspace.session('0c7e91a2-one', agent.pid);
      spend(session, 10);
      const editor = await open(version);
      const calm = await status(/^ ?\$0\.33 {2}0 calls$/);
      expect(calm).toMatchObject({ icons: ['pulse'], label: expect.stringContaining('test-agent is running, $0.33') });

      const call = session.call('Read', { file_path: 'a.ts' });
      await status(/\$0\.33 {2}1 call {2}Read$/);
      session.append('tool_result', { tool_name: 'Read', result: '' }, { parent_id: call.event_id });
      await status(/1 call$/);

      await editor.watcher();
      expect(workspace.alerts()).toEqual([]);
      const tooltip = await waitFor('a tooltip that knows of the watcher', async () => {
        const text = plain(await workbench.statusBar.tooltip('1 call'));
        return !text.includes('No watcher runs') && text.includes('Nearest limit') && text;
      });
      expect(tooltip).toMatch(/test-agent 0c7e91a2/);
      expect(tooltip).toMatch(/Model\s+claude-sonnet-4-6/);
      expect(tooltip).toMatch(/Tokens\s+10k in, 20k out/);
      expect(tooltip).toMatch(/Cache\s+5\.0k read/);
      expect(tooltip).toMatch(/Files\s+1 read, 0 modified/);
      expect(tooltip).toMatch(/Nearest limit\s+budget: \$0\.33 of \$5\.00 \(6%, then kill\)/);
      expect(tooltip).toMatch(/Rules\s+3 rules/);
      expect(tooltip).toMatch(/Observed\s+The agent does not ask before its calls/);
      expect(tooltip).toMatch(/Pause.*Kill.*More/);

      await choose('Pause');
      await stateOf(agent.pid, 'T');
      const paused = await status(/^ ?Paused {2}\$0\.33/);
      expect(paused.icons).toEqual(['debug-pause']);
      expect(paused.background).not.toBe(calm.background);
      expect(paused.label).toContain('test-agent is paused');
      await workbench.notifications.one('Paused test-agent 0c7e91a2');
      await waitFor('the commands for a paused agent', async () => {
        const offered = await workbench.commands('Agent Trace: ');
        const wanted = ['Agent Trace: Resume', 'Agent Trace: Kill', 'Agent Trace: Stop Watcher'];
        return wanted.every((title) => offered.includes(title)) && !offered.includes('Agent Trace: Pause');
      });
      await choose('Resume');
      await stateOf(agent.pid, 'S');
      await status(/^ ?\$0\.33 {2}1 call$/);

      session.append('decision', { choice: 'permission', waiting_for: 'permission to run Bash' });
      const waiting = await status(/^ ?Needs you {2}\$0\.33/);
      expect(waiting).toMatchObject({ icons: ['bell-dot'], label: expect.stringContaining('needs you') });

      session.call('Read', { file_path: '.env' });
      await stateOf(agent.pid, 'T');
      const notice = await workbench.notifications.one('by rule secrets');
      expect(notice).toMatchObject({ severity: 'warning', buttons: ['Resume', 'Kill', 'Show'] });
      expect(notice.text).toContain('the read of ".env" matches "**/.env"');
      await status(/Paused/);
      expect(plain(await workbench.statusBar.tooltip('Paused'))).toMatch(/State\s+Paused by rule secrets/);
      await workbench.screenshot('status-paused');
      await workbench.notifications.press('by rule secrets', 'Resume');
      await stateOf(agent.pid, 'S');

      await workbench.reload();
      await status(/2 calls/);
      session.call('Bash', { command: 'git push' });
      await workbench.notifications.one('Rule look in test-agent 0c7e91a2');
      expect((await workbench.notifications.all()).map(({ text }) => text).join()).not.toContain('secrets');

      await workbench.runCommand('Agent Trace: Kill');
      const question = await workbench.notifications.dialog();
      expect(question).toMatchObject({
        message: 'Kill test-agent 0c7e91a2?',
        buttons: expect.arrayContaining(['Kill']),
      });
      expect(processState(agent.pid)).toBe('S');
      await workbench.notifications.answerDialog('Kill');
      await waitFor('the end of the agent', () => agent.exitCode !== null || agent.signalCode !== null);
      const killed = await status(/^ ?Killed {2}\$0\.33/);
      expect(killed.icons).toEqual(['circle-slash']);
      expect(killed.background).not.toBe(paused.background);
      await workbench.screenshot('status-killed');

      window = undefined;
      await editor.browser.close();
      expect(await editor.server.stop()).toEqual([]);
    },
    INSTALL_MS,
  );

  it(
    'says that nothing is guarded without rules, and tells what a new rule has killed',
    async () => {
      const agent = workspace.startSleeper();
      const session = workspace.session('0c7e91a2-one', agent.pid);
      await open(version);
      const advice = await workbench.notifications.one('has no rules');
      expect(advice).toMatchObject({ severity: 'info', buttons: ['Edit Rules', "Don't Show Again"] });
      await workbench.notifications.press('has no rules', "Don't Show Again");
      workspace.writeRules(...RULES);
      spend(session, 200);
      await waitFor('the end of the agent', () => agent.exitCode !== null || agent.signalCode !== null);
      const notice = await workbench.notifications.one('Killed test-agent 0c7e91a2 by rule budget');
      expect(notice).toMatchObject({ severity: 'error', buttons: ['Show Postmortem', 'Show'] });
      await status(/^ ?Killed {2}\$6\.63/);
      await workbench.reload();
      await status(/^ ?Killed {2}\$6\.63/);
      expect(await workbench.notifications.all()).toEqual([]);
    },
    INSTALL_MS,
  );

  it(
    'counts several sessions, shows the one that did something last, and the one that is picked',
    async () => {
      const first = workspace.session('first-session', workspace.startSleeper().pid);
      workspace.session('second-session', workspace.startSleeper().pid);
      await open(version);
      first.call('Glob', {});
      await status(/1 call {2}Glob {2}\+1$/);
      await workbench.runCommand('Agent Trace: Select Session');
      await workbench.quickInput.pick('test-agent second-s');
      await status(/0 calls {2}\+1$/);
      first.call('Grep', {});
      await status(/0 calls {2}\+1$/);
      first.append('decision', { choice: 'asks', waiting_for: 'an answer' });
      const item = await status(/0 calls {2}\+1/);
      await waitFor('the bell', async () => (await status(/\+1/)).icons.join() === 'pulse,bell-dot');
      expect(item.label).toContain('1 more session');
    },
    INSTALL_MS,
  );

  it(
    'is there without trust, and then nothing is started or signalled',
    async () => {
      workspace.writeRules({ name: 'all', condition: 'tool_calls > 0', action: 'pause' });
      const agent = workspace.startSleeper();
      const session = workspace.session('0c7e91a2-one', agent.pid);
      const editor = await open(version, false);
      session.call('Read', { file_path: 'a.ts' });
      await status(/1 call {2}Read$/);
      const offered = await workbench.commands('Agent Trace: ');
      for (const title of ['Pause', 'Resume', 'Kill', 'Start Watcher']) {
        expect(offered).not.toContain(`Agent Trace: ${title}`);
      }
      expect(editor.watchers()).toEqual([]);
      expect(processState(agent.pid)).toBe('S');
      await workbench.grantTrust();
      await stateOf(agent.pid, 'T');
      await status(/Paused/);
    },
    INSTALL_MS,
  );

  it(
    'says in the words of the watcher why nothing is guarded, and guards once the rules are right',
    async () => {
      workspace.write('.watch-rules.json', '{ "rules": [\n  { "condition": "cost_used > 5", "action": "kill" }\n] }');
      const agent = workspace.startSleeper();
      const session = workspace.session('0c7e91a2-one', agent.pid);
      await open(version);
      const notice = await workbench.notifications.one('is not guarded');
      expect(notice).toMatchObject({ severity: 'error', buttons: ['Edit Rules', 'Show Log'] });
      expect(notice.text).toMatch(/\.watch-rules\.json:2:19: .*cost_used/);
      workspace.writeRules(...RULES);
      session.call('Read', { file_path: '.env' });
      await stateOf(agent.pid, 'T');
    },
    INSTALL_MS,
  );
});
