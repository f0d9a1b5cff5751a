/// <reference lib="dom" />
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { succeeds } from '../succeeds.ts';
import { waitFor } from '../wait-for.ts';

const READY_MS = 120_000;
const STEP_MS = 60_000;
/** After that a new file counts as unnoticed, and another one is tried. */
const NOTICED_MS = 2_000;

/** The demonstration's window of the editor. Each step waits until it can be done, and fails when it cannot. */
export class DemoWindow {
  readonly page: Page;
  /** The event stream's page. */
  readonly panel: FrameLocator;

  private constructor(page: Page) {
    this.page = page;
    this.panel = page
      .frameLocator('iframe.webview[src*="extensionId=agent-trace.agent-trace&"]')
      .frameLocator('iframe#active-frame');
  }

  static async open(page: Page, address: string): Promise<DemoWindow> {
    page.setDefaultTimeout(STEP_MS);
    await page.goto(address);
    await page.locator('.part.statusbar [id="status.host"]').waitFor({ timeout: READY_MS });
    return new DemoWindow(page);
  }

  /**
   * Until the editor notices what changes in the workspace, which begins some seconds after its window is there. What
   * was changed before would be shown as it was.
   */
  async noticesChanges(workspace: string): Promise<void> {
    const explorer = this.page.locator('.explorer-folders-view');
    let tries = 0;
    await waitFor(
      'the editor to notice a new file',
      async () => {
        const probe = `.noticed-${tries++}`;
        writeFileSync(path.join(workspace, probe), '');
        const row = explorer.locator('.label-name').getByText(probe, { exact: true });
        const seen = await succeeds(row.waitFor({ timeout: NOTICED_MS }));
        rmSync(path.join(workspace, probe));
        if (seen) await row.waitFor({ state: 'detached' });
        return seen;
      },
      READY_MS,
    );
  }

  /** The extension's entry in the status bar. */
  get status(): Locator {
    return this.page.locator('.statusbar-item[id$="agentTrace.status"]');
  }

  /** Opens the event stream as a user does: by a click on the status bar. */
  async showPanel(): Promise<void> {
    await this.status.click();
    await this.panel.locator('.row:not(.loading)').first().waitFor();
  }

  /** Presses a button of the panel's header once it can be pressed. */
  async press(name: 'Pause' | 'Resume'): Promise<void> {
    await this.button(name).click();
  }

  button(name: 'Pause' | 'Resume'): Locator {
    return this.panel.locator(`.control-${name.toLowerCase()}[aria-disabled="false"]`);
  }

  /** Makes the side bar so wide, and the panel in it so high, in CSS pixels. */
  async sizePanel(width: number, height: number): Promise<void> {
    const sideBar = await boxOf(this.page.locator('.part.sidebar'));
    await this.drag({ x: sideBar.x + sideBar.width, y: 300 }, { x: sideBar.x + width, y: 300 });
    const header = await boxOf(this.page.locator('.pane-header[aria-label="Agent Event Stream Section"]'));
    const below = await boxOf(this.page.locator('.pane-header[aria-label="Agent Sessions Section"]'));
    await this.drag({ x: header.x + 120, y: header.y }, { x: header.x + 120, y: below.y - height });
  }

  async dismissNotifications(): Promise<void> {
    const items = this.page.locator('.notifications-toasts .notification-list-item');
    while ((await items.count()) > 0) {
      await items.first().hover();
      await items.first().locator('.codicon-notifications-clear').click();
    }
  }

  private async drag(from: Point, to: Point): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move(to.x, to.y, { steps: 5 });
    await mouse.up();
    await mouse.move(700, 400);
  }
}

/** CSS pixels. */
interface Point {
  readonly x: number;
  readonly y: number;
}

async function boxOf(element: Locator): Promise<Point & { readonly width: number; readonly height: number }> {
  const box = await element.boundingBox();
  if (!box) throw new Error('a part of the window is not in sight');
  return box;
}
