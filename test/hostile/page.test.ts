/// <reference lib="dom" />
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../rig/temp-folder.ts';
import { usePanel } from '../webview/rig/panel-page.ts';
import { HOSTILE, UNSAFE } from './corpus.ts';
import { tell } from './panel-messages.ts';

// Under its content security policy; that nothing was held back by it is checked after each test.
const { open } = usePanel();

describe.skipIf(process.platform === 'win32')('the page shows as text', () => {
  it.each(HOSTILE)('$name', async ({ make, goesOn }) => {
    const store = path.join(tempFolder(), '.agent-traces');
    mkdirSync(store);
    make(store);
    const { header, rows, details } = await tell(store);
    const panel = await open({ play: 'rows=1', height: 900 });
    await panel.page.evaluate(
      ({ header, rows, details }) => {
        const say = (message: unknown) => window.postMessage(message);
        say({
          type: 'state',
          header,
          sessions: [{ id: 'x', label: header.agent, phase: header.phase, cost: header.cost }],
        });
        say({ type: 'reset', generation: 99, total: rows.length, filter: { kinds: [], text: '', errorsOnly: false } });
        for (let from = 0; from < rows.length; from += 100)
          say({ type: 'rows', generation: 99, from, rows: rows.slice(from, from + 100) });
        for (const detail of details) {
          const position = rows.findIndex(({ id }) => id === detail.id);
          say({ type: 'reveal', generation: 99, position, id: detail.id });
          setTimeout(() => say({ type: 'detail', detail }), 100);
        }
      },
      { header, rows, details },
    );
    if (rows.length === 0) await panel.page.locator('.nothing').waitFor();
    else await panel.page.locator('.row:not(.loading)').first().waitFor();
    if (details.some(({ sections }) => sections.length > 0)) await panel.page.locator('.block').first().waitFor();
    expect(goesOn || rows.length === 0).toBe(true);
    expect(await panel.page.evaluate('globalThis.pwned')).toBeUndefined();
    expect(await panel.page.locator('img:not([role]), #panel script, #panel style, #panel a, iframe').count()).toBe(0);
    expect((await panel.page.locator('#panel').innerText()).replaceAll('\t', ' ')).not.toMatch(UNSAFE);
    expect(await panel.page.evaluate(() => document.documentElement.scrollWidth)).toBe(340);
  });
});
