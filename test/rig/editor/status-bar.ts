/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../../scripts/wait-for.ts';

/** After so long no tooltip is going to appear. */
const TOOLTIP_MS = 3000;

/** An entry of the status bar as it is seen and heard. */
export interface StatusBarItem {
  /** `<publisher>.<extension>.<item>` for one of an extension. */
  readonly id: string;
  /** Without its icons. */
  readonly text: string;
  /** Names of the icons, as in `$(pulse)`. */
  readonly icons: readonly string[];
  /** What a screen reader says. */
  readonly label: string;
  /** Computed styles. */
  readonly color: string;
  readonly background: string;
}

export class StatusBar {
  private readonly page: Page;
  private readonly entries: Locator;

  constructor(page: Page) {
    this.page = page;
    this.entries = page.locator('.part.statusbar .statusbar-item');
  }

  items(): Promise<readonly StatusBarItem[]> {
    return this.entries.evaluateAll((entries) =>
      entries.map((entry) => {
        const icons = [...entry.querySelectorAll('.codicon')].flatMap((icon) => [...icon.classList]);
        return {
          id: entry.id,
          text: entry.textContent?.trim() ?? '',
          icons: icons.filter((name) => name.startsWith('codicon-')).map((name) => name.slice('codicon-'.length)),
          label: entry.getAttribute('aria-label') ?? '',
          color: getComputedStyle(entry.querySelector('a') ?? entry).color,
          background: getComputedStyle(entry).backgroundColor,
        };
      }),
    );
  }

  /** The first entry whose text matches, once there is one. */
  item(match: string | RegExp, deadlineMs?: number): Promise<StatusBarItem> {
    const matches = ({ text }: StatusBarItem) => (typeof match === 'string' ? text.includes(match) : match.test(text));
    return waitFor(`a status bar entry ${match}`, async () => (await this.items()).find(matches), deadlineMs);
  }

  async click(match: string | RegExp): Promise<void> {
    await this.entry(match).click();
  }

  /** The text of the entry's tooltip. An entry that is drawn anew under the pointer loses it: then once more. */
  tooltip(match: string | RegExp): Promise<string> {
    const hover = this.page.locator('.workbench-hover-container .monaco-hover');
    return waitFor(`the tooltip of ${match}`, async () => {
      await this.entry(match).hover();
      const texts = await hover.waitFor({ timeout: TOOLTIP_MS }).then(
        () => hover.allInnerTexts(),
        () => [],
      );
      await this.page.mouse.move(0, 0);
      await hover.waitFor({ state: 'hidden' });
      return texts.join('\n').trim() || undefined;
    });
  }

  private entry(match: string | RegExp): Locator {
    return this.entries.filter({ hasText: match }).first();
  }
}
