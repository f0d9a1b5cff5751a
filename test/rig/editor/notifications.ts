/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../../scripts/wait-for.ts';

export interface Notification {
  readonly severity: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly buttons: readonly string[];
}

/** A question that holds the whole window. */
export interface Dialog {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

/** What the editor tells and asks on behalf of extensions. */
export class Notifications {
  private readonly toasts: Locator;
  private readonly box: Locator;

  constructor(page: Page) {
    this.toasts = page.locator('.notifications-toasts .notification-list-item');
    this.box = page.locator('.monaco-dialog-box');
  }

  /** Those in sight. One without buttons goes by itself after some seconds. */
  all(): Promise<readonly Notification[]> {
    return this.toasts.evaluateAll((items) =>
      items.map((item) => {
        const icon = item.querySelector('.notification-list-item-icon')?.className ?? '';
        return {
          severity: icon.includes('codicon-error') ? 'error' : icon.includes('codicon-warning') ? 'warning' : 'info',
          text: item.querySelector('.notification-list-item-message')?.textContent ?? '',
          buttons: [...item.querySelectorAll('.notification-list-item-buttons-container .monaco-button')].map(
            (button) => button.textContent?.trim() ?? '',
          ),
        } as const;
      }),
    );
  }

  /** The first whose text matches, once it is there. */
  one(match: string | RegExp): Promise<Notification> {
    const matches = ({ text }: Notification) => (typeof match === 'string' ? text.includes(match) : match.test(text));
    return waitFor(`a notification ${match}`, async () => (await this.all()).find(matches));
  }

  async press(match: string | RegExp, button: string): Promise<void> {
    const item = this.toasts.filter({ hasText: match }).first();
    await item.locator('.monaco-button').getByText(button, { exact: true }).click();
  }

  async dismiss(match: string | RegExp): Promise<void> {
    const item = this.toasts.filter({ hasText: match }).first();
    await item.hover();
    await item.locator('.codicon-notifications-clear').click();
  }

  async dialog(): Promise<Dialog> {
    await this.box.waitFor();
    const texts = async (selector: string) =>
      (await this.box.locator(selector).allInnerTexts()).map((text) => text.trim());
    return {
      message: (await texts('.dialog-message-text')).join('\n'),
      detail: (await texts('.dialog-message-detail')).join('\n'),
      buttons: await texts('.dialog-buttons .monaco-button'),
    };
  }

  async answerDialog(button: string): Promise<void> {
    await this.box.locator('.dialog-buttons .monaco-button').getByText(button, { exact: true }).click();
    await this.box.waitFor({ state: 'hidden' });
  }
}
