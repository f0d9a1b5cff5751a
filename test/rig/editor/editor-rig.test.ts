import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, openBrowser } from '../../../scripts/editor/browser.ts';
import { EDITOR_VERSIONS } from '../../../scripts/editor/install.ts';
import { type EditorServer, startEditor } from '../../../scripts/editor/server.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { runInHost } from './in-host.ts';
import { type ProbeExtension, packProbeExtension } from './probe-extension.ts';
import { Workbench } from './workbench.ts';

const INSTALL_MS = 10 * 60_000;
const PROBE = 'agent-trace-test.rig-probe';
const BLUE = 'rgb(59, 130, 246)';

let folder: string;
let workspace: string;
let probe: ProbeExtension;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'at-rig-'));
  workspace = join(folder, 'workspace');
  await mkdir(join(workspace, 'deep'), { recursive: true });
  const lines = Array.from({ length: 200 }, (_, index) => `const line${index + 1} = ${index + 1};\n`).join('');
  await writeFile(join(workspace, 'sample.ts'), lines);
  await writeFile(join(workspace, 'deep', 'sample.ts'), lines);
  await writeFile(join(workspace, 'other.ts'), lines);
  probe = await packProbeExtension(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(EDITOR_VERSIONS)('the rig with VS Code %s', (version) => {
  let server: EditorServer;
  let browser: Browser;
  let workbench: Workbench;

  beforeAll(async () => {
    server = await startEditor({ version, workspace, extensions: [probe.vsix] });
    browser = await openBrowser();
    workbench = new Workbench(browser.page, server);
    await workbench.open();
  }, INSTALL_MS);

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('reads the status bar', async () => {
    const item = await workbench.statusBar.item(/^Probe 0/);
    expect(item).toMatchObject({ id: `${PROBE}.rigProbe.status`, text: 'Probe 0 none', icons: ['pulse'] });
    expect(item.color).toMatch(/^rgb/);
    expect(await workbench.statusBar.tooltip(/Probe 0/)).toBe('Probe tooltip');
  });

  it('reads glyphs, line styles, labels, overview ruler and hovers of the active editor', async () => {
    const { editor } = workbench;
    await workbench.openFile(join(workspace, 'sample.ts'), 20);
    const found = await waitFor('decorations', async () => {
      const decorations = await editor.decorations();
      return decorations.glyphs.length > 0 && decorations;
    });
    expect(found.glyphs.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(found.glyphs[0]?.image).toContain('mark.svg');
    expect(found.styles).toMatchObject([{ line: 1, background: 'rgba(245, 158, 11, 0.25)' }]);
    expect(found.labels).toEqual([{ line: 1, text: 'probe label', color: 'rgb(1, 2, 3)' }]);
    expect(await editor.text()).toMatch(/^const line1 = 1;.*\nconst line2 = 2;/);
    const ruler = (await editor.overviewRuler()).filter(({ color }) => color === BLUE);
    expect(ruler).toEqual([{ fromLine: 2, toLine: 4, color: BLUE, lane: 'left' }]);
    const hover = await editor.hover(2);
    expect(hover).toEqual({
      text: expect.stringContaining('Probe hover event'),
      links: ['https://example.invalid/event'],
    });
  });

  it('sets breakpoints, goes to lines that are not in sight, and types', async () => {
    const { editor } = workbench;
    await editor.clickGlyphMargin(7);
    await workbench.goToLine(3);
    await workbench.runCommand('Debug: Toggle Breakpoint');
    await waitFor('breakpoints on the lines 3 and 7', async () => {
      const { glyphs } = await editor.decorations();
      const set = glyphs.filter(({ classes }) => classes.some((name) => name.includes('debug-breakpoint')));
      return set.map(({ line }) => line).join() === '3,7';
    });
    const marked = (await editor.decorations()).glyphs.filter(({ image }) => image.includes('mark.svg'));
    expect(marked.map(({ line }) => line)).toEqual([2, 3, 4]);
    await workbench.goToLine(190);
    expect(await editor.text()).toContain('const line190 = 190;');
    expect((await editor.decorations()).glyphs).toEqual([]);
    await workbench.goToLine(1);
    await editor.type('const typed = 0;\n');
    const moved = await waitFor('the marks to move', async () => {
      const { glyphs } = await editor.decorations();
      return glyphs.length > 0 && glyphs.map(({ line }) => line);
    });
    expect(moved).toEqual([3, 4, 4, 5, 8]);
    await workbench.runCommand('File: Revert File');
  });

  it('reads badges of files and folders in the Explorer', async () => {
    const { explorer } = workbench;
    const decorated = { badge: 'P', tooltip: 'Probed twice', path: join(workspace, 'sample.ts') };
    await waitFor('the badge', async () => (await explorer.rows()).some(({ badge }) => badge === 'P'));
    expect((await explorer.rows()).find(({ name }) => name === 'sample.ts')).toMatchObject(decorated);
    expect((await explorer.rows()).find(({ name }) => name === 'other.ts')).toMatchObject({ badge: '', tooltip: '' });
    await explorer.click('deep');
    await waitFor('the badge of the folder', async () =>
      (await explorer.rows()).some(({ name, badge }) => name === 'deep' && badge === '•'),
    );
  });

  it('runs commands, and reads and answers notifications', async () => {
    const { notifications } = workbench;
    await workbench.runCommand('Rig Probe: Ping');
    expect(await notifications.one('Probe says 1')).toEqual({
      severity: 'warning',
      text: 'Probe says 1',
      buttons: ['Again', 'Enough'],
    });
    await notifications.press('Probe says 1', 'Again');
    await notifications.one('Probe says 2');
    await workbench.statusBar.item('Probe 2');
    await notifications.dismiss('Probe says 2');
    await waitFor('no notification', async () => (await notifications.all()).length === 0);
    await workbench.statusBar.click(/Probe 2/);
    await notifications.press('Probe says 3', 'Enough');
  });

  it('lists the commands of the palette, picks from a list and answers a dialog', async () => {
    const offered = await workbench.commands('Rig Probe:');
    expect(offered).toContain('Rig Probe: Ask');
    expect(offered).not.toContain('Rig Probe: Never');
    await workbench.runCommand('Rig Probe: Choose');
    expect(await workbench.quickInput.items()).toMatchObject([
      { label: 'one', description: 'first' },
      { label: 'two' },
    ]);
    await workbench.quickInput.pick('two');
    await waitFor('the choice', async () => (await workbench.clipboard()) === 'chose two');
    await workbench.runCommand('Rig Probe: Ask');
    const asked = { message: 'Really?', detail: 'It is only a probe.', buttons: expect.arrayContaining(['Do it']) };
    expect(await workbench.notifications.dialog()).toEqual(asked);
    await workbench.notifications.answerDialog('Do it');
    await waitFor('the answer', async () => (await workbench.clipboard()) === 'said Do it');
  });

  it('opens and closes views, reads a tree and works a webview', async () => {
    const tree = workbench.pane('Probe Tree');
    await tree.expand();
    await tree.row('leaf').waitFor();
    expect(await tree.rows()).toEqual([
      { label: 'branch', description: '', level: 1, expanded: true, ariaLabel: 'branch' },
      { label: 'leaf', description: '$1.00', level: 2, expanded: undefined, ariaLabel: 'leaf $1.00' },
      { label: 'single', description: '', level: 1, expanded: undefined, ariaLabel: 'single' },
    ]);
    const page = workbench.pane('Probe Page');
    await page.expand();
    await workbench.webview(PROBE).locator('#pings', { hasText: 'pings 3' }).waitFor();
    await workbench.webview(PROBE).locator('#ping').click();
    await workbench.statusBar.item('Probe 4');
    await workbench.notifications.press('Probe says 4', 'Enough');
    const frame = await workbench.webviewFrame(PROBE);
    expect(await frame.evaluate('document.querySelector("#pings").textContent')).toBe('pings 4');
    await page.collapse();
    await workbench.webview(PROBE).locator('#ping').waitFor({ state: 'hidden' });
  });

  it('opens a deep link', async () => {
    await workbench.openUri(PROBE, '/session/1?event=2');
    await workbench.notifications.one('Probe link /session/1 event=2');
    await workbench.notifications.dismiss('Probe link');
  });

  it('changes theme and settings without a reload', async () => {
    for (const theme of ['light', 'high-contrast', 'high-contrast-light', 'dark'] as const) {
      await workbench.setTheme(theme);
      await workbench.screenshot(`rig-${theme}`);
    }
    await server.settings.change({ 'rigProbe.word': 'changed' });
    await workbench.statusBar.item(/Probe \d changed/);
    await server.settings.change({ 'rigProbe.word': undefined });
    await workbench.statusBar.item(/Probe \d none/);
  });

  it('reloads the window', async () => {
    await workbench.statusBar.item(/Probe [1-9]/);
    await workbench.reload();
    await workbench.statusBar.item('Probe 0');
  });

  it('opens a workspace of several folders', async () => {
    const file = join(folder, 'several.code-workspace');
    await writeFile(file, JSON.stringify({ folders: [{ path: 'workspace' }, { path: 'probe' }] }));
    await workbench.open(file);
    await waitFor('both folders', async () => {
      const names = (await workbench.explorer.rows()).map(({ name }) => name);
      return names.includes('workspace') && names.includes('probe');
    });
    await workbench.statusBar.item('Probe 0');
  });

  it('leaves no process behind, and says which ones an extension had left', async () => {
    await workbench.runCommand('Rig Probe: Leave Process');
    const orphan = await waitFor('the process', () => server.processes().find(({ name }) => name === 'sleep'));
    expect(browser.outsideHosts).toEqual(new Set());
    await browser.close();
    const left = await server.stop();
    expect(left.map(({ pid }) => pid)).toEqual([orphan.pid]);
    expect(server.processes()).toEqual([]);
  });
});

describe.each(EDITOR_VERSIONS)('a workspace without trust in VS Code %s', (version) => {
  it(
    'is restricted until trust is granted',
    async () => {
      const server = await startEditor({ version, workspace, extensions: [probe.vsix], trusted: false });
      const browser = await openBrowser();
      try {
        const workbench = new Workbench(browser.page, server);
        await workbench.open();
        await workbench.statusBar.item(/Probe 0 none restricted/);
        await workbench.grantTrust();
        await workbench.statusBar.item(/Probe 0 none$/);
      } finally {
        await browser.close();
        await server.stop();
      }
    },
    INSTALL_MS,
  );
});

describe.each(EDITOR_VERSIONS)('a suite in the extension host of VS Code %s', (version) => {
  it(
    'sees the installed extension through the real API',
    async () => {
      const run = await runInHost({ version, workspace, extensions: [probe.vsix], suite: probe.suite });
      expect(run).toEqual({ passed: true, output: expect.stringContaining('the suite saw the command') });
    },
    INSTALL_MS,
  );

  it(
    'fails when its run() throws',
    async () => {
      const run = await runInHost({ version, workspace, extensions: [], suite: probe.failingSuite });
      expect(run).toEqual({ passed: false, output: expect.stringContaining('one test failed') });
    },
    INSTALL_MS,
  );
});
