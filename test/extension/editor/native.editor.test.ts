import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EDITOR_NEWER } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CLAUDE_VERSIONS } from '../../rig/claude/install.ts';
import { type ClaudeRun, runClaude } from '../../rig/claude/run.ts';
import { CliWorkspace, processState } from '../../rig/cli.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

/** Of the dark theme. */
const READ = 'rgb(55, 148, 255)';
const MODIFIED = 'rgb(226, 160, 63)';
const LINES = Array.from({ length: 20 }, (_, index) => `const line${index + 1} = ${index + 1};`);
const USAGE = {
  input_tokens: 0,
  output_tokens: 20_000,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
};
/** 15 USD a million output tokens. */
const MODEL = 'claude-sonnet-4-5';

const openWindow = usePackedExtension();

let workspace: CliWorkspace;
let window: EditorWindow | undefined;
let agent: ClaudeRun | undefined;

beforeEach(() => {
  workspace = new CliWorkspace();
});

afterEach(async () => {
  await window?.close();
  await agent?.stop();
  [window, agent] = [undefined, undefined];
  await workspace.dispose();
});

it(
  'shows a session of Claude Code without hooks while it works, in a folder that nothing was set up in',
  async () => {
    const file = join(workspace.path, 'a.ts');
    writeFileSync(file, `${LINES.join('\n')}\n`);
    const config = { CLAUDE_CONFIG_DIR: join(workspace.path, 'config') };
    window = await openWindow(workspace, { version: EDITOR_NEWER, env: config });
    const { workbench } = window;
    await workbench.setTheme('dark');
    await workbench.openFile(file);
    expect(existsSync(workspace.store)).toBe(false);
    expect(window.watchers()).toEqual([]);

    const step = { model: MODEL, usage: USAGE };
    agent = await runClaude({
      version: CLAUDE_VERSIONS[0],
      workspace: workspace.path,
      env: config,
      script: {
        main: [
          { ...step, tools: [{ name: 'Read', input: { file_path: file, offset: 3, limit: 2 } }] },
          {
            ...step,
            tools: [{ name: 'Edit', input: { file_path: file, old_string: 'line7 = 7', new_string: 'line7 = 8' } }],
          },
          {
            ...step,
            tools: [{ name: 'Bash', input: { command: 'sleep 600', description: 'Wait', timeout: 600_000 } }],
          },
        ],
      },
    });
    // Three requests of 0.30 USD, and the third call still at work: nothing of it was waited for.
    const status = await window.status(/\$0\.90 {2}3 calls {2}Bash/);
    expect(status.label).toContain('is running');
    expect(window.watchers()).toHaveLength(1);
    await waitFor('the marks of lines read and written', async () => {
      const { styles } = await workbench.editor.decorations();
      const lines = (color: string) =>
        styles.filter(({ borderLeft }) => borderLeft === `3px solid ${color}`).map(({ line }) => line);
      return lines(READ).join() === '3,4' && lines(MODIFIED).join() === '7';
    });
    await workbench.screenshot('native-session');

    // Its process is known without a hook, so it can be stopped.
    const { pid } = agent;
    await workbench.runCommand('Agent Trace: Pause');
    await waitFor('the agent to be stopped', () => processState(pid) === 'T');
  },
  INSTALL_MS,
);

it(
  'leaves agents without hooks alone where the setting says so',
  async () => {
    const config = { CLAUDE_CONFIG_DIR: join(workspace.path, 'config') };
    const settings = { 'agentTrace.followNative': false };
    window = await openWindow(workspace, { version: EDITOR_NEWER, env: config, settings });
    agent = await runClaude({
      version: CLAUDE_VERSIONS[0],
      workspace: workspace.path,
      env: config,
      script: { main: [{ text: 'Done.', model: MODEL }] },
    });
    await agent.done;
    await window.server.settings.change({ 'agentTrace.followNative': true });
    await window.status(/\$0\.\d\d {2}0 calls/);
  },
  INSTALL_MS,
);
