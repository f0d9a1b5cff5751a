/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';

/** A file or folder in the Explorer, with what extensions add to it. */
export interface ExplorerRow {
  readonly name: string;
  readonly path: string;
  /** The part of the tooltip that decorations give; empty without one. */
  readonly tooltip: string;
  /** One or two letters, or `•` for a folder with decorated files in it; empty without one. */
  readonly badge: string;
  /** Computed colour of the badge. */
  readonly badgeColor: string;
  /** Computed colour of the name. */
  readonly color: string;
}

/** The tree of files; the rows are those in sight. */
export class Explorer {
  private readonly tree: Locator;

  constructor(page: Page) {
    this.tree = page.locator('.explorer-folders-view');
  }

  rows(): Promise<readonly ExplorerRow[]> {
    return this.tree.locator('.monaco-list-row .monaco-icon-label').evaluateAll((labels) =>
      labels.map((label) => {
        const [path = '', ...tooltip] = (label.getAttribute('aria-label') ?? '').split(' • ');
        const name = label.querySelector('.label-name') ?? label;
        const badge = getComputedStyle(label, '::after');
        const content = /^"(.*)"$/s.exec(badge.content)?.[1] ?? '';
        return {
          name: name.textContent ?? '',
          path,
          tooltip: tooltip.join(' • '),
          // A folder's dot is a letter of the icon font.
          badge: badge.fontFamily === 'codicon' && content !== '' ? '•' : content,
          badgeColor: badge.color,
          color: getComputedStyle(name).color,
        };
      }),
    );
  }

  /** Opens or closes the folder with this name, opens the file in the editor. */
  async click(name: string): Promise<void> {
    const exactly = this.tree.page().locator('.label-name').getByText(name, { exact: true });
    await this.tree.locator('.monaco-list-row').filter({ has: exactly }).first().click();
  }
}
