/** `npm run screenshots`: plays the demonstration and takes the README's pictures of it anew, into `media/`. */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.ts';
import { Cast, CLI } from './demo/cast.ts';
import { prepareEditor, startDemoEditor } from './demo/demo-editor.ts';
import { pictureOfTerminal } from './demo/terminal-picture.ts';
import { untilSignal } from './demo/until-signal.ts';
import { DemoWindow } from './demo/window.ts';
import { openBrowser } from './editor/browser.ts';
import { command, root } from './steps.ts';
import { installSystemTools } from './system-tools.ts';
import { TmuxTerminal } from './tmux-terminal.ts';
import { waitFor } from './wait-for.ts';

const MEDIA = path.join(root, 'media');
/** Slow enough that a moment is still there when its picture is taken. */
const PACE = { paceMs: 1500, rounds: 2 };
/** Device pixels for one CSS pixel. */
const SCALE = 1.5;

const picture = (name: string) => path.join(MEDIA, `${name}.png`);

await build();
await installSystemTools(['chromium', 'tmux', 'pngquant']);
await prepareEditor();
mkdirSync(MEDIA, { recursive: true });
const cast = new Cast();
const { workspace, env } = cast.place;
const endings: (() => unknown)[] = [() => cast.place.remove(), () => cast.end()];
try {
  await untilSignal(takeAll);
} finally {
  for (const end of endings.reverse()) await end();
}
for (const name of ['editor-dark', 'editor-light', 'panel', 'terminal']) {
  await command('pngquant', ['--force', '--speed', '1', '--output', picture(name), '128', picture(name)]);
  console.log(`${path.relative(root, picture(name))}: ${Math.round(statSync(picture(name)).size / 1024)} KiB`);
}
process.exit(0);

async function takeAll(): Promise<void> {
  const browser = await openBrowser({ width: 1280, height: 800, scale: SCALE });
  endings.push(() => browser.close());
  const editor = await startDemoEditor(cast.place);
  endings.push(() => editor.stop());
  const variables = ['HOME', 'AGENT_TRACE_RUNTIME_DIR', 'AGENT_TRACE_DIR'].map((name) => `${name}='${env[name]}'`);
  const watch = `env ${variables.join(' ')} '${process.execPath}' '${CLI}' watch`;
  const terminal = new TmuxTerminal({ columns: 116, rows: 30, command: `cd '${workspace}' && clear && ${watch}` });
  endings.push(() => terminal.dispose());
  const window = await DemoWindow.open(browser.page, editor.address);
  await window.noticesChanges(workspace);
  const agent = cast.startAgent(PACE);
  await window.showPanel();
  await window.sizePanel(400, 430);
  const { page, panel } = window;

  // At work: the second round of tests runs, everything the agent has done so far is marked.
  await panel.getByText('Cover more amounts').first().waitFor();
  await window.dismissNotifications();
  await waitFor('a call of the second turn', async () => (await window.status.innerText()).includes('Edit'), 60_000);
  await page.screenshot({ path: picture('editor-dark') });

  await cast.ruleDone(agent, 'pause');
  await editor.settings.change({ 'workbench.colorTheme': 'Light 2026' });
  await page.locator('.monaco-workbench.vs').waitFor();
  await window.status.filter({ hasText: 'Paused' }).waitFor();
  await page.screenshot({ path: picture('editor-light') });

  await editor.settings.change({ 'workbench.colorTheme': 'Dark 2026' });
  await page.locator('.monaco-workbench.vs-dark').waitFor();
  await page.setViewportSize({ width: 1280, height: 1040 });
  await window.sizePanel(420, 740);
  const details = panel.getByRole('button', { name: 'Session details' });
  if ((await details.getAttribute('aria-expanded')) === 'false') await details.click();
  await panel.getByRole('treegrid').hover();
  await page.mouse.wheel(0, 10_000);
  await panel.getByText('pause done').last().waitFor();
  await page
    .locator('iframe.webview')
    .first()
    .screenshot({ path: picture('panel') });
  await window.press('Resume');
  await cast.ruleDone(agent, 'kill');
  await waitFor('the watcher to tell the kill', () => terminal.screen.join('\n').includes('kill done'));
  const shown = await browser.context.newPage();
  await pictureOfTerminal(shown, terminal.colored, 'agent-trace watch', picture('terminal'));
}
