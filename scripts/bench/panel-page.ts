/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import type { HostMessage } from '../../core/common/protocol/panel.ts';

/** In the place of the fake host: the page's line to this process. */
const LINE = `globalThis.acquireVsCodeApi = () => ({
  postMessage: (message) => void globalThis.toHost(message),
  getState: () => null,
  setState: () => {},
})`;

/**
 * Loads the page of the event panel from `url` (of `startPanelServer`), with the browser's remote control in the place of
 * the editor between page and host. Resolves once the page has said that it is there.
 */
export async function loadPanelPage(page: Page, url: string, onMessage: (message: unknown) => void): Promise<void> {
  await page.route('**/dev.js', (route) => route.fulfill({ contentType: 'text/javascript', body: LINE }));
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  await page.exposeFunction('toHost', (message: unknown) => {
    onMessage(message);
    isReady();
  });
  await page.goto(url);
  await ready;
}

/** Hands a message of the host to the page, if that is still there. */
export function postToPage(page: Page, message: HostMessage): void {
  page.evaluate((told) => window.postMessage(told), message).catch(() => {});
}
