/// <reference lib="dom" />
import type { Page } from 'playwright-core';
import { waitFor } from '../../../scripts/wait-for.ts';
import type { QuickInput } from './quick-input.ts';
import type { TextEditor } from './text-editor.ts';

/** After so long nothing is going to appear. */
const HOVER_MS = 5000;

/** What the active editor says and offers about its text, asked for by the keyboard. */
export class CodeHelp {
  private readonly page: Page;
  private readonly editor: TextEditor;
  private readonly quickInput: QuickInput;

  constructor(page: Page, editor: TextEditor, quickInput: QuickInput) {
    this.page = page;
    this.editor = editor;
    this.quickInput = quickInput;
  }

  /** Puts the cursor behind the first `before` that is in sight. */
  async goBehind(before: string): Promise<void> {
    const lines = (await this.editor.text()).split('\n');
    const index = lines.findIndex((line) => line.includes(before));
    if (index < 0) throw new Error(`${before} is not in sight:\n${lines.join('\n')}`);
    const column = (lines[index]?.indexOf(before) ?? 0) + before.length + 1;
    await this.quickInput.open(`:${index + 1}:${column}`);
    await this.quickInput.input.press('Enter');
    await this.quickInput.input.waitFor({ state: 'hidden' });
  }

  /** The marks of errors in sight: how many pieces. */
  errors(): Promise<number> {
    return this.editor.element.locator('.squiggly-error').count();
  }

  /** What stands over the lines without being part of the text, top down. */
  async lenses(): Promise<readonly string[]> {
    const lenses = await this.editor.element.locator('.codelens-decoration').evaluateAll((all) =>
      all
        .map((lens) => ({ top: lens.getBoundingClientRect().top, text: lens.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text.replaceAll('\u00a0', ' ').trim()),
    );
    return lenses.filter((text) => text !== '');
  }

  /** What is said of the place of the cursor. It goes away when lines move under it, as by lenses: then once more. */
  async hover(): Promise<string> {
    const hover = this.page.locator('.monaco-hover:not(.hidden)').filter({ hasText: /\S/ });
    const text = await waitFor('what is said of the place of the cursor', async () => {
      await this.page.keyboard.press('Control+K');
      await this.page.keyboard.press('Control+I');
      await hover
        .first()
        .waitFor({ timeout: HOVER_MS })
        .catch(() => {});
      return (await hover.allInnerTexts()).join('\n') || undefined;
    });
    await this.page.keyboard.press('Escape');
    await hover.first().waitFor({ state: 'hidden' });
    return text;
  }

  /** Labels of what is offered at the cursor. The list stays open. */
  async offers(): Promise<readonly string[]> {
    const list = this.page.locator('.suggest-widget.visible');
    const rows = list.locator('.monaco-list-row .label-name');
    await waitFor('the list of offers', async () => {
      if (!(await list.isVisible())) await this.page.keyboard.press('Control+Space');
      return (await rows.count()) > 0;
    });
    // In the order of the list; the document has them in another.
    return rows.evaluateAll((all) =>
      all
        .map((row) => ({ top: row.getBoundingClientRect().top, text: row.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
  }

  /** Takes one of them. */
  async take(label: string): Promise<void> {
    await this.page
      .locator('.suggest-widget.visible .monaco-list-row')
      .filter({ has: this.page.locator('.label-name').getByText(label, { exact: true }) })
      .first()
      .click();
    await this.page.locator('.suggest-widget.visible').waitFor({ state: 'hidden' });
    await this.page.keyboard.press('Escape');
  }

  /** Makes the quick fix of this title at the cursor. */
  async fix(title: string): Promise<void> {
    await this.page.keyboard.press('Control+.');
    const row = this.page.locator('.action-widget .monaco-list-row.focused').filter({ hasText: title });
    // The list is modal: what catches clicks beside it lies over it, too.
    await row.waitFor();
    await this.page.keyboard.press('Enter');
    await row.waitFor({ state: 'hidden' });
  }
}
