/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { PageMessage } from '../../../core/common/protocol/panel.ts';
import { type Browser, openBrowser } from '../../../scripts/editor/browser.ts';
import { type PanelServer, startPanelServer } from '../../../scripts/panel-server.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import type { FakeHost } from '../../../webview/dev/fake-host.ts';

export interface PanelOptions {
  /** What is played, see `webview/dev/dev.ts`: `rows=40&running=1`. */
  readonly play?: string;
  readonly theme?: 'dark' | 'light' | 'high-contrast';
  /** CSS pixels. */
  readonly width?: number;
  readonly height?: number;
}

/** The page of the event panel in a browser, with the fake host in the editor's place. */
export class PanelPage {
  readonly page: Page;
  readonly stream: Locator;
  readonly rows: Locator;

  constructor(page: Page) {
    this.page = page;
    this.stream = page.getByRole('treegrid', { name: 'Event stream' });
    this.rows = this.stream.getByRole('row');
  }

  /** The row of the `index`th event, from 0. */
  row(index: number): Locator {
    return this.stream.locator(`[data-position="${index}"]`);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  }

  /** Runs in the page with its host. */
  host<T>(act: (host: FakeHost) => T): Promise<T> {
    return this.page.evaluate(`(${act})(globalThis.fakeHost)`) as Promise<T>;
  }

  /** What the page has told its host, of one type. */
  async heard<T extends PageMessage['type']>(type: T): Promise<readonly Extract<PageMessage, { type: T }>[]> {
    type Wanted = Extract<PageMessage, { type: T }>;
    const all = (await this.page.evaluate('globalThis.fakeHost.heard')) as readonly PageMessage[];
    return all.filter((message): message is Wanted => message.type === type);
  }

  /** Until the last row there is stands at the lower edge. */
  async isAtEnd(): Promise<void> {
    await waitFor('the end of the list', () =>
      this.stream.evaluate((list) => {
        const last = list.querySelector('.stream-rows')?.lastElementChild;
        if (!last || last.classList.contains('loading')) return false;
        const isLast = last.getAttribute('aria-rowindex') === list.getAttribute('aria-rowcount');
        return isLast && last.getBoundingClientRect().bottom <= list.getBoundingClientRect().bottom + 1;
      }),
    );
  }

  /** What is seen of the stream: classes and words of the rows that reach into the viewport. */
  seen(): Promise<readonly string[]> {
    return this.stream.evaluate((list) => {
      const view = list.getBoundingClientRect();
      return [...list.querySelectorAll<HTMLElement>('.row')]
        .filter((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          return bottom > view.top + 1 && top < view.bottom - 1;
        })
        .map((row) => `${Math.round(row.getBoundingClientRect().top - view.top)} ${row.className} ${row.innerText}`);
    });
  }
}

/** To be called once in a test file: gives what opens pages, each with a memory of its own. */
export function usePanel(): {
  open: (options?: PanelOptions) => Promise<PanelPage>;
  readonly browser: () => Browser;
  readonly server: () => PanelServer;
} {
  let server: PanelServer;
  let browser: Browser;
  const pages: Page[] = [];
  beforeAll(async () => {
    server = await startPanelServer();
    browser = await openBrowser();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
    // Among them whatever the content security policy forbids.
    expect(browser.errors).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  const open = async ({ play = 'rows=60', theme = 'dark', width = 340, height = 700 }: PanelOptions = {}) => {
    const page = await browser.context.newPage();
    pages.push(page);
    await page.setViewportSize({ width, height });
    await page.goto(`${server.url}?${play}&theme=${theme}`);
    const panel = new PanelPage(page);
    if (!play.includes('empty')) await page.locator('.row:not(.loading), .nothing').first().waitFor();
    return panel;
  };
  return { open, browser: () => browser, server: () => server };
}
