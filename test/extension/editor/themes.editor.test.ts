/// <reference lib="dom" />
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EDITOR_NEWER } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace } from '../../rig/cli.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

const USAGE = { input: 100_000, output: 20_000, cache_read: 50_000, cache_write_5m: 0, cache_write_1h: 0 };

const openWindow = usePackedExtension();

let workspace: CliWorkspace;
let window: EditorWindow;

beforeAll(async () => {
  workspace = new CliWorkspace();
  const file = join(workspace.path, 'parser.ts');
  writeFileSync(file, Array.from({ length: 40 }, (_, i) => `export const rule${i} = ${i};\n`).join(''));
  workspace.writeRules({ name: 'budget', condition: 'cost_usd > 1', action: 'kill' });
  const session = workspace.session('0c7e91a2-one', workspace.startSleeper().pid);
  session.append('user_prompt', { prompt: 'Mend the parser' });
  session.append('llm_response', { model: 'claude-sonnet-4-6', usage: USAGE });
  const lines = { read: { start_line: 3, num_lines: 6 } };
  for (const [tool_name, result] of [
    ['Read', lines],
    ['Edit', { patch: [{ start: 12, lines: 4 }] }],
  ] as const) {
    const call = session.call(tool_name, { file_path: file, old_string: 'a', new_string: 'b' });
    session.append('tool_result', { tool_name, result: '', ...result }, { parent_id: call.event_id });
  }
  session.finish('Bash', { command: 'npm test' }, 'two tests failed');
  session.call('Bash', { command: 'npm run build' });
  window = await openWindow(workspace, { version: EDITOR_NEWER });
  await window.workbench.openFile(file);
}, INSTALL_MS);

afterAll(async () => {
  await window?.close();
  await workspace?.dispose();
});

it('shows some rows in a view that is as low as the editor first makes it', async () => {
  const { workbench, panel } = window;
  await workbench.runCommand('Agent Trace: Open Event Stream');
  await panel.isThere();
  await workbench.screenshot('low');
  const height = () => panel.stream.evaluate((list) => list.clientHeight);
  expect(await height()).toBeGreaterThanOrEqual(44);
  await panel.openHeader();
  expect(await height()).toBeGreaterThanOrEqual(22);
  await panel.button('Session details').click();
  await panel.pane.grow(500);
});

it.each(['dark', 'light', 'high-contrast', 'high-contrast-light'] as const)(
  'can be read in the %s theme: every word of the event stream stands out from its ground',
  async (theme) => {
    const { workbench, panel } = window;
    await workbench.setTheme(theme);
    await panel.openHeader();
    let faint: readonly string[] = [];
    await waitFor(
      'readable words',
      async () => {
        faint = await panel.frame.locator('body').evaluate((body) => {
          const canvas = document.createElement('canvas');
          canvas.width = canvas.height = 1;
          const context = canvas.getContext('2d', { willReadFrequently: true });
          if (!context) throw new Error('no canvas');
          /** The colours one over the other, as they are seen. */
          const seen = (...colors: readonly string[]) => {
            for (const color of colors) {
              context.fillStyle = color;
              context.fillRect(0, 0, 1, 1);
            }
            return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
          };
          // Relative luminance and contrast as in WCAG 2.2.
          const luminance = (rgb: readonly number[]) => {
            const [r = 0, g = 0, b = 0] = rgb.map((part) => {
              const share = part / 255;
              return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
            });
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const words = [...body.querySelectorAll<HTMLElement>('.header *, .filter *, .row *')].filter(
            (element) =>
              element.offsetParent !== null &&
              element.closest('.heard-only, option, [aria-disabled="true"]') === null &&
              [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()),
          );
          return words.flatMap((element) => {
            const grounds: string[] = [];
            for (let at: Element | null = element; at; at = at.parentElement)
              grounds.unshift(getComputedStyle(at).backgroundColor);
            const ground = getComputedStyle(document.documentElement).getPropertyValue('--vscode-sideBar-background');
            const below = luminance(seen('#888', ground, ...grounds));
            const above = luminance(seen('#888', ground, ...grounds, getComputedStyle(element).color));
            const contrast = (Math.max(below, above) + 0.05) / (Math.min(below, above) + 0.05);
            return contrast < 4.5 ? [`${element.className} "${element.textContent}" ${contrast.toFixed(2)}`] : [];
          });
        });
        return faint.length === 0;
      },
      5000,
    ).catch(() => {});
    await workbench.screenshot(`window-${theme}`);
    expect(faint).toEqual([]);
  },
);
