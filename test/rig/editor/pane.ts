/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { succeeds } from '../../../scripts/succeeds.ts';
import { waitFor } from '../../../scripts/wait-for.ts';

/** After so long a menu is not going to open or close. */
const MENU_MS = 1000;

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

  /** Makes it higher by dragging its upper edge. CSS pixels; as far as there is room. */
  async grow(height: number): Promise<void> {
    const { mouse } = this.section.page();
    // Views move when others open and close; the pointer waits until this one stands still.
    await this.header.hover();
    const header = await this.header.boundingBox();
    if (!header) throw new Error('the view is not in sight');
    const x = header.x + header.width / 2;
    await mouse.move(x, header.y);
    await mouse.down();
    await mouse.move(x, header.y - height, { steps: 5 });
    await mouse.up();
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

  async click(label: string): Promise<void> {
    await (await this.uncovered(label)).click();
  }

  /** Clicks one of the buttons in a row, by its accessible name; they are there while the pointer is over it. */
  async clickRowAction(label: string, action: string): Promise<void> {
    const row = await this.uncovered(label);
    await row.hover();
    await row.locator(`.action-label[aria-label^="${action}"]`).click();
  }

  /** Accessible names of the buttons in a row. */
  async rowActions(label: string): Promise<readonly string[]> {
    const row = await this.uncovered(label);
    await row.hover();
    return row
      .locator('.actions .action-label')
      .evaluateAll((actions) => actions.map((action) => action.getAttribute('aria-label') ?? ''));
  }

  /** What the context menu of a row offers; it is closed again. */
  async menu(label: string): Promise<readonly string[]> {
    const items = await this.openMenu(label);
    const names = await items.allInnerTexts();
    await this.section.page().keyboard.press('Escape');
    await items.first().waitFor({ state: 'hidden' });
    return names.map((name) => name.trim());
  }

  /** Chooses from the context menu of a row: by keys, because a tooltip may lie over the item. */
  async choose(label: string, item: string): Promise<void> {
    const { keyboard } = this.section.page();
    await waitFor(`the choice of ${item}`, async () => {
      const items = await this.openMenu(label);
      const focused = this.section.page().locator('.monaco-menu .action-item.focused .action-label');
      const count = await items.count();
      for (let step = 0; step <= count; step++) {
        await keyboard.press('ArrowDown');
        const [name] = await focused.allInnerTexts();
        if (name?.trim() !== item) continue;
        await keyboard.press('Enter');
        if (await isThere(items, 'hidden')) return true;
      }
      await keyboard.press('Escape');
      return false;
    });
  }

  /** Clicks one of the buttons in the title, by its accessible name; they are there while the pointer is over it. */
  async clickAction(name: string): Promise<void> {
    await this.header.hover();
    await this.header.locator(`.action-label[aria-label^="${name}"]`).click();
  }

  /** The row, which the tooltip of another does not hide for long: the pointer has left that. */
  private async uncovered(label: string): Promise<Locator> {
    await this.section.page().mouse.move(0, 0);
    return this.row(label);
  }

  /** A row that is drawn anew at that very moment opens none. */
  private async openMenu(label: string): Promise<Locator> {
    const items = this.section.page().locator('.monaco-menu .action-item:not(.disabled) .action-label:not(.separator)');
    await waitFor(`the menu of ${label}`, async () => {
      await (await this.uncovered(label)).click({ button: 'right' });
      return isThere(items, 'visible');
    });
    return items;
  }

  private async setExpanded(wanted: boolean): Promise<void> {
    await this.header.waitFor();
    if ((await this.header.getAttribute('aria-expanded')) !== `${wanted}`) await this.header.click();
    await this.section.locator(`.pane-header[aria-expanded="${wanted}"]`).waitFor();
  }
}

function isThere(items: Locator, state: 'visible' | 'hidden'): Promise<boolean> {
  return succeeds(items.first().waitFor({ state, timeout: MENU_MS }));
}
