import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../wait-for.ts';
import { type Browser, openBrowser } from './browser.ts';
import { EDITOR_VERSIONS } from './install.ts';
import { type ProbeExtension, packProbeExtension } from './probe-extension.ts';
import { type EditorServer, startEditor } from './server.ts';
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
    expect(await workbench.statusBar.tooltip(/^.*Probe 0/)).toBe('Probe tooltip');
  });

  it('reads glyphs, line styles, labels, overview ruler and hovers of the active editor', async () => {
    await workbench.openFile(join(workspace, 'sample.ts'), 3);
    const found = await waitFor('decorations', async () => {
      const decorations = await workbench.editor.decorations();
      return decorations.glyphs.length > 0 && decorations;
    });
    expect(found.glyphs.map(({ line }) => line)).toEqual([2, 3, 4]);
    expect(found.glyphs[0]?.image).toContain('mark.svg');
    expect(found.styles).toMatchObject([{ line: 1, background: 'rgba(245, 158, 11, 0.25)' }]);
    expect(found.labels).toEqual([{ line: 1, text: 'probe label', color: 'rgb(1, 2, 3)' }]);
    const ruler = (await workbench.editor.overviewRuler()).filter(({ color }) => color === BLUE);
    expect(ruler).toEqual([{ fromLine: 2, toLine: expect.any(Number), color: BLUE, lane: 'left' }]);
    expect(await workbench.editor.hoverText(2)).toEqual({ text: 'x', links: ['https://example.invalid/event'] });
  });

  it.todo('more');
});
