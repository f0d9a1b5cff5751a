/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';

/** A row of a tree, as it is seen. */
export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** From 1 at the top of the tree. */
  readonly level: number;
  /** Undefined for a row that has no children. */
  readonly expanded: boolean | undefined;
  /** What a screen reader says. */
  readonly ariaLabel: string;
}

/** A view in a side bar, known by the title of its section. Its rows are those in sight. */
export class Pane {
  private readonly section: Locator;
  private readonly header: Locator;

  constructor(page: Page, title: string) {
    const label = `[aria-label="${title} Section"]`;
    this.header = page.locator(`.pane-header${label}`);
    this.section = page.locator('.pane').filter({ has: page.locator(`.pane-header${label}`) });
  }

  async expand(): Promise<void> {
    await this.setExpanded(true);
  }

  async collapse(): Promise<void> {
    await this.setExpanded(false);
  }

  rows(): Promise<readonly TreeRow[]> {
    return this.section.locator('.monaco-list-row').evaluateAll((rows) =>
      rows.map((row) => {
        const expanded = row.getAttribute('aria-expanded');
        return {
          label: row.querySelector('.label-name')?.textContent ?? '',
          description: row.querySelector('.label-description')?.textContent ?? '',
          level: Number(row.getAttribute('aria-level')),
          expanded: expanded === null ? undefined : expanded === 'true',
          ariaLabel: row.getAttribute('aria-label')?.trim() ?? '',
        };
      }),
    );
  }

  /** The row with exactly this label. */
  row(label: string): Locator {
    const exactly = this.section.page().locator('.label-name').getByText(label, { exact: true });
    return this.section.locator('.monaco-list-row').filter({ has: exactly });
  }

  /** Clicks one of the buttons in the title, by its accessible name; they are there while the pointer is over it. */
  async clickAction(name: string): Promise<void> {
    await this.header.hover();
    await this.header.locator(`.action-label[aria-label^="${name}"]`).click();
  }

  private async setExpanded(wanted: boolean): Promise<void> {
    await this.header.waitFor();
    if ((await this.header.getAttribute('aria-expanded')) !== `${wanted}`) await this.header.click();
    await this.section.locator(`.pane-header[aria-expanded="${wanted}"]`).waitFor();
  }
}
