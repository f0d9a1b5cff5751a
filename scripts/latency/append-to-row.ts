/// <reference lib="dom" />
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { PanelHost } from '../bench/panel-host.ts';
import { loadPanelPage, postToPage } from '../bench/panel-page.ts';
import { launchChromium } from '../chromium.ts';
import { startPanelServer } from '../panel-server.ts';
import { waitFor } from '../wait-for.ts';
import { startBareNotification } from './bare-notification.ts';
import { LiveSession } from './live-session.ts';
import { inTurn, type Samples } from './samples.ts';

/** An agent's events are not so close; closer ones are shown together. */
const PAUSE_MS = 100;

/**
 * From the append of a call to its row in the document of the event panel, with the extension's model and rows in this
 * process; beside it a program that says when it was notified.
 */
export async function appendToRow(rounds: number): Promise<Samples> {
  const session = new LiveSession();
  const server = await startPanelServer();
  const browser = await launchChromium();
  try {
    const bare = await startBareNotification(session);
    const page = await browser.newPage({ viewport: { width: 420, height: 900 } });
    const { store, runtimeDir } = session;
    const host = new PanelHost({ store, runtimeDir, post: (message) => postToPage(page, message) });
    await loadPanelPage(page, server.url, (message) => host.receive(message));
    host.show(session.id);
    await page.locator('.row:not(.loading)').first().waitFor();
    await noteRows(page);
    const samples = await inTurn(rounds, bare, async (round) => {
      await sleep(PAUSE_MS);
      const command = `round ${round}.`;
      const line = session.line({ tool_name: 'Bash', arguments: { command } });
      const at = performance.timeOrigin + performance.now();
      session.append(line);
      return (await waitFor('the row', () => page.evaluate((text) => seenAt(text), command))) - at;
    });
    host.close();
    return samples;
  } finally {
    await browser.close();
    await server.close();
    session.close();
  }
}

/** Of the page: when a row with this text was first there, Unix milliseconds. */
declare function seenAt(text: string): number | undefined;

function noteRows(page: Page): Promise<void> {
  return page.evaluate(() => {
    const seen = new Map<string, number>();
    const look = () => {
      const now = performance.timeOrigin + performance.now();
      for (const { textContent } of document.querySelectorAll('.row .text'))
        if (textContent && !seen.has(textContent)) seen.set(textContent, now);
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    Object.assign(globalThis, { seenAt: (text: string) => seen.get(text) });
  });
}
