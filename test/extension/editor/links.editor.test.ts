import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EDITOR_VERSIONS } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, type StoredSessionWriter } from '../../rig/cli.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

const EXTENSION = 'agent-trace.agent-trace';

const openWindow = usePackedExtension();

describe.each(EDITOR_VERSIONS)('links to events in VS Code %s', (version) => {
  let workspace: CliWorkspace;
  let session: StoredSessionWriter;
  let window: EditorWindow;

  beforeAll(async () => {
    workspace = new CliWorkspace();
    writeFileSync(join(workspace.path, 'a.ts'), 'const a = 1;\n'.repeat(20));
    session = workspace.session('0c7e91a2-one', workspace.startSleeper().pid);
    for (let n = 1; n <= 100; n++) session.append('user_prompt', { prompt: `prompt ${n}` });
    session.finish('Read', { file_path: join(workspace.path, 'a.ts') });
    for (let n = 101; n <= 200; n++) session.append('user_prompt', { prompt: `prompt ${n}` });
    workspace.session('f2b1aaaa-two', workspace.startSleeper().pid).append('user_prompt', { prompt: 'another' });
    window = await openWindow(workspace, { version });
  }, INSTALL_MS);

  afterAll(async () => {
    await window?.close();
    await workspace?.dispose();
  });

  /** The row that a link led to, opened. */
  async function revealed(text: string): Promise<void> {
    await window.panel.frame.locator('.row.revealed.open').getByText(text, { exact: true }).first().waitFor();
  }

  it('open the session there, before anything else has shown the event stream', async () => {
    await window.workbench.openUri(EXTENSION, '/session/0c7e91a2-one?event=0c7e91a2-one-e51');
    await window.panel.isThere();
    await window.panel.pane.grow(500);
    await revealed('prompt 50');
  });

  it('open another place, also where a filter hides it', async () => {
    await window.panel.search('prompt 1');
    await window.panel.has(111);
    await window.workbench.openUri(EXTENSION, '/session/0c7e91a2-one?event=0c7e91a2-one-e102');
    await revealed('a.ts');
    await window.panel.has(202);
    await window.workbench.openUri(EXTENSION, '/session/f2b1aaaa-two');
    await window.panel.row('prompt', 'another');
  });

  it('that lead nowhere say so', async () => {
    await window.workbench.openUri(EXTENSION, '/session/unheard-of?event=1');
    await window.workbench.notifications.one('no folder of this window has a session unheard-of');
    await window.workbench.notifications.dismiss('unheard-of');
    await window.workbench.openUri(EXTENSION, '/elsewhere');
    await window.workbench.notifications.one('this is no link to a session');
  });

  it('are copied from a row, from the row opened last, and lead back there', async () => {
    const { workbench, panel } = window;
    await workbench.openUri(EXTENSION, '/session/0c7e91a2-one?event=0c7e91a2-one-e180');
    await revealed('prompt 177');
    await panel.frame.locator('.row.revealed .detail').getByRole('button', { name: 'Copy link' }).click();
    const link = await waitFor('the link', async () => {
      const text = await workbench.clipboard();
      return text.includes('-e180') && text;
    });
    expect(new URL(link).pathname).toContain('/session/0c7e91a2-one');
    expect(link).toMatch(/^[a-z-]+:\/\/agent-trace\.agent-trace\/session\/0c7e91a2-one\?event=0c7e91a2-one-e180$/);

    const other = panel.frame.locator('.row').filter({ hasText: 'prompt 175' }).locator('.line');
    await other.click();
    await workbench.runCommand('Agent Trace: Copy Link to Event');
    const last = await waitFor('the link of the row opened last', async () => {
      const text = await workbench.clipboard();
      return text.includes('-e178') && text;
    });
    const { pathname, search } = new URL(last);
    await panel.search('nothing at all');
    await panel.has(0);
    await workbench.openUri(EXTENSION, `${pathname.replace(/^\/\/agent-trace\.agent-trace/, '')}${search}`);
    await revealed('prompt 175');
  });

  it('in the hover of a marked line lead to the call', async () => {
    const { workbench } = window;
    await workbench.openFile(join(workspace.path, 'a.ts'));
    await waitFor('the mark', async () => (await workbench.editor.decorations()).styles.length > 0);
    const { text } = await workbench.editor.hover(10);
    expect(text).toMatch(/Read by Read.*\d{1,2}:\d\d/s);
    await workbench.editor.clickInHover(10, 'show event');
    await revealed('a.ts');
  });
});
