import { afterAll, beforeAll, expect, it } from 'vitest';
import { EDITOR_NEWER } from '../../../scripts/editor/install.ts';
import { CliWorkspace, type StoredSessionWriter } from '../../rig/cli.ts';
import type { EventPanel, EventRow } from '../../rig/editor/event-panel.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

const openWindow = usePackedExtension();

let workspace: CliWorkspace;
let session: StoredSessionWriter;
let window: EditorWindow;
let panel: EventPanel;
let rows = 1;

beforeAll(async () => {
  workspace = new CliWorkspace();
  session = workspace.session('0c7e91a2-one', workspace.startSleeper().pid);
  work(10);
  window = await openWindow(workspace, { version: EDITOR_NEWER });
  ({ panel } = window);
  await panel.open();
  await panel.has(rows);
}, INSTALL_MS);

afterAll(async () => {
  await window?.close();
  await workspace?.dispose();
});

/** Calls, some failed, and prompts; three rows a time. */
function work(times: number): void {
  for (let n = 0; n < times; n++) {
    session.append('user_prompt', { prompt: `prompt ${rows}` });
    session.finish('Grep', { pattern: `pattern ${rows}` });
    session.finish('Bash', { command: `command ${rows}` }, n % 3 === 0 ? 'it failed' : undefined);
    rows += 3;
  }
}

/** All rows, after all that was written has been told. */
async function everything(): Promise<readonly EventRow[]> {
  await panel.has(rows);
  return panel.allRows();
}

it('takes thousands of events that come at once, each once and in order', async () => {
  work(1000);
  await panel.has(rows);
  const prompts = (await panel.rows()).filter(({ kind }) => kind === 'prompt');
  expect(prompts.at(-1)?.text).toBe(`prompt ${rows - 3}`);
  expect(await panel.isAtEnd()).toBe(true);
  await panel.search('pattern 2999');
  await panel.showsKinds();
  await panel.search('pattern 301');
  await panel.has(5);
  expect((await panel.rows()).map(({ text }) => text)).toEqual(
    [301, 3010, 3013, 3016, 3019].map((n) => `pattern ${n}`),
  );
  await panel.button('Clear filter').click();
  await panel.has(rows);
});

it('shows, hidden and shown again, opened late, and after the window was loaded anew, what it shows when it stays open', async () => {
  const short = workspace.session('f2b1aaaa-two', workspace.startSleeper().pid);
  session = short;
  rows = 1;
  work(15);
  await panel.frame.getByRole('combobox', { name: 'Session' }).selectOption(short.id);
  const running = session.call('Bash', { command: 'make' });
  rows += 1;
  await panel.pane.collapse();
  work(5);
  session.append('tool_result', { tool_name: 'Bash', result: 'made' }, { parent_id: running.event_id });
  await panel.pane.expand();
  const shownAgain = await everything();
  expect(new Set(shownAgain.map(({ text }) => text)).size).toBe(rows);
  expect(shownAgain.map(({ position }) => position)).toEqual(shownAgain.map((_, index) => index));

  const late = await window.another();
  try {
    await late.panel.open();
    await late.panel.frame.getByRole('combobox', { name: 'Session' }).selectOption(short.id);
    await late.panel.has(rows);
    expect(await late.panel.allRows()).toEqual(shownAgain);
  } finally {
    await late.close();
  }

  const writing = (async () => {
    for (let n = 0; n < 10; n++) {
      work(1);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  await window.workbench.reload();
  await writing;
  await panel.isThere();
  const reloaded = await everything();
  expect(reloaded.slice(0, shownAgain.length)).toEqual(shownAgain);
  expect(new Set(reloaded.map(({ text }) => text)).size).toBe(rows);
  await panel.headerWhen('the same session', ({ summary }) => summary.startsWith(`${((rows * 2) / 3) | 0} calls`));
});

it('keeps the filter, over a reload too', async () => {
  await panel.search('pattern');
  // One of each three, beside the start of the session and the call that went on.
  const filtered = (rows - 2) / 3;
  await panel.has(filtered);
  await window.workbench.reload();
  await panel.isThere();
  await panel.has(filtered);
  expect((await panel.rows()).every(({ title }) => title === 'Grep')).toBe(true);
  await panel.button('Clear filter').click();
  await panel.has(rows);
});
