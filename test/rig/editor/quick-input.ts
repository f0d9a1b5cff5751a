/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { succeeds } from '../../../scripts/succeeds.ts';
import { waitFor } from '../../../scripts/wait-for.ts';

/** A row of a quick pick. */
export interface QuickItem {
  readonly label: string;
  /** What stands beside the label, and under it. */
  readonly description: string;
  readonly detail: string;
}

/** After so long the box is not going to open. */
const OPEN_MS = 2000;
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
      const isOpen = await succeeds(this.input.waitFor({ timeout: OPEN_MS }));
      if (!isOpen) await this.page.evaluate(releaseFocus);
      // What takes the focus at this very moment closes it again.
      return isOpen && succeeds(this.input.fill(text, { timeout: OPEN_MS }));
    });
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

  /** True as soon as there is a row with exactly this label; false when there is none in time. */
  async offers(label: string, deadlineMs: number): Promise<boolean> {
    return succeeds(this.row(label).waitFor({ timeout: deadlineMs }));
  }

  /** Chooses the row with exactly this label, and waits until the box is closed or asks something else. */
  async pick(label: string): Promise<void> {
    const row = this.row(label);
    const asked = await this.value();
    await row.click();
    await waitFor('the choice to be taken', async () => !(await row.isVisible()) || (await this.value()) !== asked);
  }

  /** The rows of a box in which several can be chosen, once it is there. */
  async several(): Promise<readonly QuickItem[]> {
    await this.ok.waitFor();
    return this.items();
  }

  /** The labels that are chosen where several can be. */
  async chosen(): Promise<readonly string[]> {
    const rows = this.widget.locator('.quick-input-list .monaco-list-row[aria-checked=true]');
    return rows.evaluateAll((all) => all.map((row) => row.querySelector('.label-name')?.textContent?.trim() ?? ''));
  }

  /** Chooses exactly the rows with these labels where several can be chosen, and says that these are all. */
  async pickAll(labels: readonly string[]): Promise<void> {
    for (const { label } of await this.several()) {
      const isChosen = async () => (await this.chosen()).includes(label);
      if ((await isChosen()) === labels.includes(label)) continue;
      await this.row(label).click();
      await waitFor(`the choice of ${label}`, async () => (await isChosen()) === labels.includes(label));
    }
    await this.ok.click();
    await this.ok.waitFor({ state: 'hidden' });
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

  private get ok(): Locator {
    return this.widget.getByRole('button', { name: 'OK', exact: true });
  }

  private row(label: string): Locator {
    const exactly = this.page.locator('.label-name').getByText(label, { exact: true });
    return this.widget.locator('.monaco-list-row').filter({ has: exactly }).first();
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

/** What has the focus may be gone, or a frame whose page takes no keys yet: the workbench itself always takes them. */
function releaseFocus(): void {
  (document.activeElement as HTMLElement | null)?.blur();
  window.focus();
}
