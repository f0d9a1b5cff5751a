/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../wait-for.ts';

/** A row of a quick pick. */
export interface QuickItem {
  readonly label: string;
  /** What stands beside the label, and under it. */
  readonly description: string;
  readonly detail: string;
}

/** How long the list must stay the same to count as complete: the editor adds to it in steps. */
const SETTLED_MS = 400;

/** The box at the top of the window: command palette, pickers and questions for a line of text. */
export class QuickInput {
  private readonly page: Page;
  private readonly widget: Locator;
  readonly input: Locator;

  constructor(page: Page) {
    this.page = page;
    this.widget = page.locator('.quick-input-widget');
    this.input = this.widget.locator('input.input');
  }

  /** Opens the box with this text: `>` begins a command's title, `:` a line number, anything else is a file's path. */
  async open(text: string): Promise<void> {
    await waitFor('the quick input to open', async () => {
      await this.page.keyboard.press('F1');
      return this.input.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    });
    await this.input.fill(text);
  }

  /** The rows in sight, once they stay the same. */
  async items(): Promise<readonly QuickItem[]> {
    let before = '';
    let since = Date.now();
    return waitFor('the quick input to settle', async () => {
      const now = await this.readItems();
      const text = JSON.stringify(now);
      if (text !== before) {
        before = text;
        since = Date.now();
      }
      return Date.now() - since >= SETTLED_MS ? now : undefined;
    });
  }

  /** Chooses the row with exactly this label, and waits until the box is closed or asks something else. */
  async pick(label: string): Promise<void> {
    const exactly = this.page.locator('.label-name').getByText(label, { exact: true });
    const row = this.widget.locator('.monaco-list-row').filter({ has: exactly }).first();
    const asked = await this.value();
    await row.click();
    await waitFor('the choice to be taken', async () => !(await row.isVisible()) || (await this.value()) !== asked);
  }

  /** Answers with a line of text. */
  async answer(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press('Enter');
  }

  async dismiss(): Promise<void> {
    await this.input.press('Escape');
    await this.widget.waitFor({ state: 'hidden' });
  }

  /** Undefined while there is no box, also while the window goes away. */
  private value(): Promise<string | undefined> {
    return this.input.evaluateAll(([input]) => (input as HTMLInputElement | undefined)?.value).catch(() => undefined);
  }

  private readItems(): Promise<readonly QuickItem[]> {
    return this.widget.locator('.quick-input-list .monaco-list-row').evaluateAll((rows) =>
      rows.map((row) => {
        const text = (selector: string) => row.querySelector(selector)?.textContent?.trim() ?? '';
        return {
          label: text('.label-name'),
          description: text('.label-description'),
          detail: text('.quick-input-list-label-meta'),
        };
      }),
    );
  }
}
