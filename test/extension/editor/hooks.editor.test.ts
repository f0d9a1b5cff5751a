import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launcherFile, readLauncher } from '../../../core/node/hook-launcher/hook-launcher.ts';
import { type Browser, openBrowser } from '../../../scripts/editor/browser.ts';
import { EDITOR_OLDER, EDITOR_VERSIONS, type EditorVersion } from '../../../scripts/editor/install.ts';
import { type EditorServer, startEditor } from '../../../scripts/editor/server.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CLAUDE_NEWER, CLAUDE_OLDER, installClaude } from '../../rig/claude/install.ts';
import { runClaude } from '../../rig/claude/run.ts';
import { Cleanups } from '../../rig/cleanups.ts';
import { CliWorkspace, processState } from '../../rig/cli.ts';
import { Workbench } from '../../rig/editor/workbench.ts';
import { packExtension, packUpdate } from './packed-extension.ts';

const INSTALL_MS = 10 * 60_000;
const TEST_MS = 5 * 60_000;
const UPDATE = '0.99.0';
/** What the editor and the agents need of a system: no Node among it. */
const SYSTEM = ['sh', 'bash', 'cat', 'env', 'grep', 'ls', 'ps', 'sed', 'uname'];

let packed: string;
let vsix: string;
let update: string;

beforeAll(async () => {
  packed = mkdtempSync(join(tmpdir(), 'at-vsix-'));
  vsix = await packExtension(packed);
  update = await packUpdate(packed, UPDATE);
}, INSTALL_MS);

afterAll(() => rmSync(packed, { recursive: true, force: true }));

let workspace: CliWorkspace;
let bin: string;
let server: EditorServer;
let workbench: Workbench;
let cleanups: Cleanups;

beforeEach(() => {
  cleanups = new Cleanups();
  workspace = new CliWorkspace();
  cleanups.add(() => workspace.dispose());
  bin = mkdtempSync(join(tmpdir(), 'at-bin-'));
  cleanups.add(() => rmSync(bin, { recursive: true, force: true }));
  for (const name of SYSTEM) {
    const file = ['/usr/bin', '/bin'].map((folder) => join(folder, name)).find(existsSync);
    if (file) symlinkSync(file, join(bin, name));
  }
});

afterEach(() => cleanups.run());

/** Starts the editor with a PATH that has no Node. */
async function open(version: EditorVersion, trusted = true): Promise<void> {
  // It takes the PATH of the user's login shell unless it was started from a command line.
  const env = { PATH: bin, VSCODE_CLI: '1', AGENT_TRACE_RUNTIME_DIR: workspace.runtime };
  server = await startEditor({ version, workspace: workspace.path, extensions: [vsix], env, trusted });
  cleanups.add(async () => {
    await server.stop();
  });
  const browser: Browser = await openBrowser();
  cleanups.add(() => browser.close());
  workbench = new Workbench(browser.page, server);
  await workbench.open();
  // The palette knows the commands of an extension when its views are there.
  await workbench.page.locator('.pane-header[aria-label="Agent Sessions Section"]').waitFor();
}

async function chooseHooks(
  command: 'Set Up Hooks' | 'Remove Hooks',
  place: string,
  agents?: readonly string[],
): Promise<void> {
  const title = `Agent Trace: ${command}`;
  // What is open does not change: for a moment after the start nothing counts as trusted, and then it is not in the list.
  await waitFor(`the palette to offer ${title}`, async () => (await workbench.commands(title)).includes(title));
  await workbench.runCommand(title);
  await workbench.quickInput.pick(place);
  if (agents) await workbench.quickInput.pickAll(agents);
}

function settingsFile(): string {
  return join(workspace.path, '.claude', 'settings.json');
}

interface HookSettings {
  readonly hooks: Readonly<Record<string, readonly { readonly hooks: readonly { readonly command: string }[] }[]>>;
}

/** The command lines that an agent runs, by event. */
function hookCommands(): ReadonlyMap<string, string> {
  const settings = JSON.parse(readFileSync(settingsFile(), 'utf8')) as HookSettings;
  return new Map(Object.entries(settings.hooks).map(([event, groups]) => [event, groups[0]?.hooks[0]?.command ?? '']));
}

/** Runs a hook as an agent does; gives what it said. */
function runHook(command: string, session: string, event = 'UserPromptSubmit') {
  const payload = { session_id: session, cwd: workspace.path, hook_event_name: event, prompt: 'Go on.' };
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], {
    cwd: workspace.path,
    env: { PATH: bin, HOME: server.home, AGENT_TRACE_RUNTIME_DIR: workspace.runtime },
    input: JSON.stringify(payload),
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const PICTURES = {
  hooks: 'Claude Code, the recorder, and the trace in the workspace',
  watch: 'An editor with marks, the event stream and the status bar',
  rules: 'A rule file, and the notification of a rule that was broken',
};
const SILENT = { status: 0, stdout: '', stderr: '' };

function events(session: string): readonly string[] {
  const file = join(workspace.store, session, 'events.ndjson');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { event_type: string }).event_type);
}

function launcherHooks(): readonly string[] {
  const record = readLauncher({ home: server.home, platform: process.platform });
  return (record?.installations ?? []).map(({ hook }) => hook);
}

async function status(match: RegExp): Promise<void> {
  await waitFor(`the status bar to match ${match}`, async () => {
    const items = await workbench.statusBar.items();
    return items.some(({ id, text }) => id.endsWith('agentTrace.status') && match.test(text.replaceAll('\u00a0', ' ')));
  });
}

describe.each(EDITOR_VERSIONS)('hooks with no Node on the PATH, in VS Code %s', (version) => {
  it(
    'record the real Claude Code, go on after an update of the extension, and are silent when it is gone',
    async () => {
      const claude = version === EDITOR_OLDER ? CLAUDE_OLDER : CLAUDE_NEWER;
      symlinkSync(await installClaude(claude), join(bin, 'claude'));
      await open(version);
      await chooseHooks('Set Up Hooks', 'This Workspace', ['Claude Code']);
      const { text } = await workbench.notifications.one('hooks added to');
      const commands = hookCommands();
      expect(text).toContain(`${commands.size} hooks added to`);
      expect(text).toContain('start from now on are recorded');
      const launcher = launcherFile({ home: server.home, platform: process.platform });
      expect(commands.get('Stop')).toBe(`[ ! -x "${launcher}" ] || exec "${launcher}" Stop`);
      expect(readLauncher({ home: server.home, platform: process.platform })?.node).toBeUndefined();

      const run = await runClaude({
        version: claude,
        workspace: workspace.path,
        env: { PATH: bin, AGENT_TRACE_RUNTIME_DIR: workspace.runtime },
        script: {
          main: [
            { tools: [{ name: 'Bash', input: { command: 'echo hello', description: 'Say hello' } }], delayMs: 0 },
            { text: 'Done.' },
          ],
        },
      });
      cleanups.add(run.stop);
      expect(await run.done).toMatchObject({ code: 0 });
      const [session = ''] = readdirSync(workspace.store).filter((name) => events(name).length > 0);
      expect(events(session)).toEqual(
        expect.arrayContaining(['session_start', 'tool_call', 'tool_result', 'session_end']),
      );
      const registered = readFileSync(join(workspace.store, session, 'meta.json'), 'utf8');
      expect(JSON.parse(registered)).toMatchObject({ attribution: { process: { pid: run.pid } } });
      await status(/\$\d/);

      const [installed = ''] = launcherHooks();
      const command = commands.get('UserPromptSubmit') ?? '';
      await server.install(update);
      rmSync(dirname(dirname(installed)), { recursive: true });
      expect(runHook(command, 'updated')).toEqual(SILENT);
      expect(events('updated')).toContain('user_prompt');
      await workbench.reload();
      await waitFor('the launcher to name the update', () => launcherHooks().some((hook) => hook.includes(UPDATE)));
      expect(launcherHooks()).toHaveLength(1);
      expect(runHook(command, 'reloaded')).toEqual(SILENT);
      expect(events('reloaded')).toContain('user_prompt');

      await chooseHooks('Remove Hooks', 'This Workspace');
      expect((await workbench.notifications.one('removed from')).buttons).toEqual(['Show Log']);
      expect(existsSync(settingsFile())).toBe(false);

      for (const name of readdirSync(server.extensionsDir)) {
        if (name.startsWith('agent-trace.')) rmSync(join(server.extensionsDir, name), { recursive: true });
      }
      expect(runHook(command, 'removed')).toEqual(SILENT);
      expect(existsSync(join(workspace.store, 'removed'))).toBe(false);
      rmSync(join(server.home, '.agent-trace'), { recursive: true });
      expect(runHook(command, 'removed')).toEqual(SILENT);
    },
    TEST_MS,
  );

  it(
    'are set up for all projects, told as they are when they cannot be, and not from an untrusted workspace',
    async () => {
      mkdirSync(dirname(settingsFile()));
      writeFileSync(settingsFile(), '{\n  "model": "opus"\n  "hooks": {}\n}\n');
      await open(version, false);
      expect(await workbench.commands('Agent Trace: Set Up Hooks')).not.toContain('Agent Trace: Set Up Hooks');
      await workbench.grantTrust();
      await chooseHooks('Set Up Hooks', 'This Workspace', ['Claude Code']);
      const failure = await workbench.notifications.one(`${settingsFile()}:3:3: `);
      expect(failure).toMatchObject({
        severity: 'error',
        text: expect.stringContaining('The file was left as it is.'),
      });
      expect(readFileSync(settingsFile(), 'utf8')).toBe('{\n  "model": "opus"\n  "hooks": {}\n}\n');
      expect(launcherHooks()).toEqual([]);

      await chooseHooks('Set Up Hooks', 'All Projects', ['Claude Code']);
      const { text } = await workbench.notifications.one('hooks added to ~/.claude/settings.json');
      expect(text).toContain('Claude Code was not found');
      expect(launcherHooks()).toHaveLength(1);
      expect(readFileSync(join(server.home, '.claude', 'settings.json'), 'utf8')).toContain('.agent-trace/bin/hook');
    },
    TEST_MS,
  );

  it(
    'are those of the agents that are chosen, the ones on the machine first, and taken out of those again',
    async () => {
      writeFileSync(join(bin, 'codex'), '#!/bin/sh\n', { mode: 0o755 });
      await open(version);
      mkdirSync(join(server.home, '.gemini'));
      await chooseHooks('Set Up Hooks', 'This Workspace');
      const offered = await workbench.quickInput.several();
      expect(offered.map(({ label }) => label)).toEqual([
        'Codex',
        'Gemini CLI',
        'Claude Code',
        'Cursor',
        'Copilot CLI',
      ]);
      expect(offered[0]?.detail).toBe('No hooks yet.');
      expect(offered[3]?.detail).toBe('Not found on this machine.');
      expect(await workbench.quickInput.chosen()).toEqual(['Codex', 'Gemini CLI']);
      await workbench.quickInput.pickAll(['Codex', 'Cursor']);
      const { text } = await workbench.notifications.one('hooks added to');
      expect(text).toContain('Sessions of Codex and Cursor that start from now on are recorded.');
      expect(text).toContain('type /hooks and trust those of agent-trace');
      const files = ['.codex/hooks.json', '.cursor/hooks.json'].map((name) => join(workspace.path, name));
      const hooks = JSON.parse(readFileSync(files[0] as string, 'utf8')) as HookSettings;
      expect(existsSync(files[1] as string)).toBe(true);
      expect([settingsFile(), join(workspace.path, '.gemini')].filter(existsSync)).toEqual([]);
      const command = hooks.hooks['UserPromptSubmit']?.[0]?.hooks[0]?.command ?? '';
      expect(runHook(command, 'of-codex')).toEqual(SILENT);
      expect(events('of-codex')).toContain('user_prompt');
      expect(readFileSync(join(workspace.store, 'of-codex', 'meta.json'), 'utf8')).toContain('"codex"');

      await chooseHooks('Remove Hooks', 'This Workspace');
      await workbench.quickInput.several();
      expect(await workbench.quickInput.chosen()).toEqual(['Codex', 'Cursor']);
      await workbench.quickInput.pickAll(['Cursor']);
      await workbench.notifications.one('removed from');
      expect(files.map(existsSync)).toEqual([true, false]);
      await workbench.notifications.dismiss('removed from');
      // The only one left is not asked about.
      await chooseHooks('Remove Hooks', 'This Workspace');
      await waitFor('the last hooks to be gone', () => !existsSync(files[0] as string));
      await chooseHooks('Remove Hooks', 'This Workspace');
      await workbench.notifications.one('there are no hooks of Agent Trace');
    },
    TEST_MS,
  );

  it(
    'are not the only thing that works there: the watcher stops an agent',
    async () => {
      workspace.writeRules({ name: 'push', condition: 'command matches "git push*"', action: 'pause' });
      const agent = workspace.startSleeper();
      const session = workspace.session('s1', agent.pid);
      await open(version);
      session.call('Bash', { command: 'git push origin' });
      await waitFor('the agent to be paused', () => processState(agent.pid) === 'T');
      await workbench.notifications.one('push');
    },
    TEST_MS,
  );

  it(
    'are the first of three steps to get started, which the list of sessions leads to',
    async () => {
      await open(version);
      const { page } = workbench;
      const start = async () => {
        await page.locator('.welcome-view-content').getByText('Get started in three steps').click();
        await step('hooks').waitFor();
      };
      const step = (id: string) => page.locator(`.getting-started-step[data-step-id$="#${id}"]`);
      const isDone = (id: string) => step(id).locator('.codicon-getting-started-step-checked').isVisible();
      const press = async (id: string, button: string) => {
        await step(id).click();
        await step(id).locator('.monaco-button').getByText(button, { exact: true }).click();
      };
      /** Titles of the drawings in sight: the editor shows them in a page of their own. */
      const pictures = async () => {
        const titles = page.frames().map((frame) => frame.locator('svg > title').allTextContents());
        return (await Promise.all(titles.map((each) => each.catch(() => [])))).flat();
      };
      await workbench.pane('Agent Sessions').expand();
      await start();
      for (const theme of ['light', 'dark', 'high-contrast'] as const) {
        await workbench.setTheme(theme);
        for (const id of ['hooks', 'watch', 'rules'] as const) {
          await step(id).click();
          await waitFor(`the picture of ${id}`, async () => (await pictures()).includes(PICTURES[id]));
          if (theme !== 'high-contrast' || id === 'watch') await workbench.screenshot(`walkthrough-${id}-${theme}`);
        }
      }
      expect(await Promise.all(['hooks', 'watch', 'rules'].map(isDone))).toEqual([false, false, false]);

      await press('hooks', 'Set Up Hooks');
      await workbench.quickInput.pick('All Projects');
      await workbench.quickInput.pickAll(['Claude Code']);
      await waitFor('the first step to be done', () => isDone('hooks'));
      workspace.session('s1');
      await waitFor('the second step to be done', () => isDone('watch'));
      await press('rules', 'Edit Rules');
      await waitFor('a new rule file', async () => (await workbench.editor.text()).includes('when: sensitive'));
      await workbench.runCommand('Welcome: Open Walkthrough...');
      await workbench.quickInput.pick('Get Started with Agent Trace');
      await waitFor('all steps to be done', async () => (await isDone('hooks')) && (await isDone('rules')));
    },
    TEST_MS,
  );
});
