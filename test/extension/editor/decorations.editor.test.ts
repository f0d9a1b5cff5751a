import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EDITOR_VERSIONS } from '../../../scripts/editor/install.ts';
import type { EditorServer } from '../../../scripts/editor/server.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, type StoredSessionWriter } from '../../rig/cli.ts';
import type { Workbench } from '../../rig/editor/workbench.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

/** Of the dark theme. */
const READ = 'rgb(55, 148, 255)';
const MODIFIED = 'rgb(226, 160, 63)';

const LINES = Array.from({ length: 60 }, (_, index) => `const line${index + 1} = ${index + 1};`);

const openWindow = usePackedExtension();

describe.each(EDITOR_VERSIONS)('marks of what the agent read and wrote in VS Code %s', (version) => {
  let workspace: CliWorkspace;
  let session: StoredSessionWriter;
  let server: EditorServer;
  let window: EditorWindow;
  let workbench: Workbench;
  let file: string;

  beforeAll(async () => {
    workspace = new CliWorkspace();
    file = join(workspace.path, 'a.ts');
    await mkdir(join(workspace.path, 'src'));
    await writeFile(file, `${LINES.join('\n')}\n`);
    await writeFile(join(workspace.path, 'plain.ts'), 'const plain = 1;\n');
    await writeFile(join(workspace.path, 'src', 'b.ts'), 'const b = 1;\n');
    session = workspace.session('s1');
    finish('Read', file, { offset: 3, limit: 4 }, { read: { start_line: 3, num_lines: 4 } });
    finish('Read', file, { offset: 10, limit: 3 }, { read: { start_line: 10, num_lines: 3 } });
    const patch = [
      { start: 11, lines: 1 },
      { start: 20, lines: 0 },
    ];
    finish('Edit', file, {}, { patch });
    finish('Read', join(workspace.path, 'src', 'b.ts'), {}, {});
    const subagent = workspace.session('s1.agent-1');
    const meta = { session_id: subagent.id, started_at: Date.now() / 1000, parent_session_id: session.id };
    await writeFile(join(subagent.folder, 'meta.json'), JSON.stringify(meta));
    finish('Read', file, {}, { read: { start_line: 30, num_lines: 2 } }, subagent);
    window = await openWindow(workspace, { version });
    ({ server, workbench } = window);
    await workbench.setTheme('dark');
    await workbench.openFile(file);
  }, INSTALL_MS);

  afterAll(async () => {
    await window?.close();
    await workspace?.dispose();
  });

  /** A call of the agent and its result. */
  function finish(tool_name: string, file_path: string, args: object, result: object, by = session): void {
    const call = by.call(tool_name, { file_path, ...args });
    by.append('tool_result', { tool_name, result: '', ...result }, { parent_id: call.event_id });
  }

  /** Marked lines in sight by colour: `read 3,4 modified 11`. */
  async function stripes(): Promise<string> {
    const { styles } = await workbench.editor.decorations();
    const lines = (color: string) =>
      styles.filter(({ borderLeft }) => borderLeft === `3px solid ${color}`).map(({ line }) => line);
    return `read ${lines(READ).join()} modified ${lines(MODIFIED).join()}`;
  }

  async function expectStripes(expected: string): Promise<void> {
    await expect.poll(stripes).toBe(expected);
  }

  async function expectLabel(expected: string): Promise<void> {
    const label = async () => {
      const { labels } = await workbench.editor.decorations();
      return labels.map(({ line, text }) => `${line}: ${text}`).join();
    };
    await expect.poll(label).toBe(expected);
  }

  async function row(name: string) {
    return (await workbench.explorer.rows()).find((each) => each.name === name);
  }

  it('are on the very lines that it and its subagents read and wrote before the file was opened', async () => {
    await expectStripes('read 3,4,5,6,10,12,30,31 modified 11,20');
    await expectLabel('1: agent read 3x, modified 1x');
    const ruler = async () => (await workbench.editor.overviewRuler()).filter(({ lane }) => lane === 'left');
    await expect
      .poll(async () => (await ruler()).map(({ color }) => color))
      .toEqual(expect.arrayContaining([READ, MODIFIED]));
  });

  it('say in a hover which call it was, and link to its event', async () => {
    const { text, links } = await workbench.editor.hover(11);
    expect(text).toContain('Modified by Edit');
    expect(text).toContain('Read by Read');
    expect(links.map((link) => decodeURIComponent(link))).toContain('command:agentTrace.revealEvent?["s1","s1-e6"]');
  });

  it('leave the breakpoints usable', async () => {
    await workbench.editor.clickGlyphMargin(11);
    await waitFor('the breakpoint', async () => {
      const { glyphs } = await workbench.editor.decorations();
      return glyphs.some(({ line, classes }) => line === 11 && classes.some((name) => name.includes('breakpoint')));
    });
    await workbench.editor.clickGlyphMargin(11);
  });

  it('are in the Explorer, on folders that are closed too', async () => {
    await waitFor('the badges', async () => (await row('src'))?.badge === '•');
    const tooltip = expect.stringContaining('Agent read 3x, modified 1x');
    await expect.poll(() => row('a.ts')).toMatchObject({ badge: 'M', badgeColor: MODIFIED, tooltip });
    await expect.poll(() => row('src')).toMatchObject({ badge: '•', badgeColor: READ });
    expect(await row('plain.ts')).toMatchObject({ badge: '' });
    for (const theme of ['light', 'high-contrast', 'dark'] as const) {
      await workbench.setTheme(theme);
      await waitFor(`the badges in the ${theme} theme`, async () => (await row('a.ts'))?.badge === 'M');
      await workbench.screenshot(`marks-${theme}`);
    }
  });

  it('stay on their lines while the user edits and when the file is reverted', async () => {
    await workbench.goToLine(1);
    await workbench.editor.type('// one\n// two\n');
    await expectStripes('read 5,6,7,8,12,14,32,33 modified 13,22');
    finish('Read', file, {}, { read: { start_line: 2, num_lines: 1 } });
    await expectStripes('read 4,5,6,7,8,12,14,32,33 modified 13,22');
    await workbench.runCommand('File: Revert File');
    await expectStripes('read 2,3,4,5,6,10,12,30,31 modified 11,20');
  });

  it('are where the agent writes next, whether the editor has the new text before or after', async () => {
    const text = [...LINES];
    const insert = async () => {
      text.splice(1, 0, '// new', '// new');
      await writeFile(file, `${text.join('\n')}\n`);
    };
    const isShown = () =>
      waitFor('the new text', async () => (await workbench.editor.text()).split('// new').length === text.length - 59);
    const args = { old_string: 'a', new_string: 'a\nb\nc' };
    const patch = [{ start: 2, lines: 2 }];
    const early = session.call('Edit', { file_path: file, ...args });
    await insert();
    await isShown();
    session.append('tool_result', { tool_name: 'Edit', patch }, { parent_id: early.event_id });
    await expectStripes('read 4,5,6,7,8,12,14,32,33 modified 2,3,13,22');
    finish('Edit', file, args, { patch });
    await expectStripes('read 6,7,8,9,10,14,16,34,35 modified 2,3,4,5,15,24');
    await insert();
    await isShown();
    await expectStripes('read 6,7,8,9,10,14,16,34,35 modified 2,3,4,5,15,24');
    await expectLabel('1: agent read 4x, modified 3x');
  });

  it('are on all lines, in the first line or off, by command and by setting, without a reload', async () => {
    const all = await stripes();
    await workbench.runCommand('Agent Trace: Toggle Gutter');
    await expectStripes('read  modified ');
    await expectLabel('1: agent read 4x, modified 3x');
    await workbench.runCommand('Agent Trace: Toggle Gutter');
    await expectLabel('');
    await workbench.runCommand('Agent Trace: Toggle Gutter');
    await expectStripes(all);
    await server.settings.change({ 'agentTrace.gutter': 'off' });
    await expectStripes('read  modified ');
    await server.settings.change({ 'agentTrace.gutter': undefined });
    await expectStripes(all);
  });

  it('are put away by command until the agent does something new', async () => {
    await workbench.runCommand('Agent Trace: Clear Decorations');
    await expectStripes('read  modified ');
    await waitFor('no badges', async () => (await row('a.ts'))?.badge === '' && (await row('src'))?.badge === '');
    await expectLabel('');
    finish('Read', file, {}, { read: { start_line: 8, num_lines: 1 } });
    await expectStripes('read 8 modified ');
    await expectLabel('1: agent read 1x');
    await waitFor('the badge', async () => (await row('a.ts'))?.badge === 'R');
  });
});
