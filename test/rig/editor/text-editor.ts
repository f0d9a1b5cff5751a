/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';

/** A mark beside the line numbers: an extension's, or a breakpoint. */
export interface GlyphMark {
  /** From 1, as the margin says. */
  readonly line: number;
  readonly classes: readonly string[];
  /** Computed `background-image`: the address of the picture, or `none`. */
  readonly image: string;
  readonly color: string;
}

/** A style that an extension gave to a whole line or a part of one. */
export interface LineStyle {
  readonly line: number;
  readonly background: string;
  /** Computed `border-left`: width, style and colour. */
  readonly borderLeft: string;
}

/** Text that an extension shows in a line without being part of it. */
export interface InlineLabel {
  readonly line: number;
  readonly text: string;
  readonly color: string;
}

export interface RulerMark {
  /** Computed from the mark's place, to about a line; in a long file a mark is higher than the lines that it means. */
  readonly fromLine: number;
  readonly toLine: number;
  readonly color: string;
  readonly lane: 'left' | 'center' | 'right';
}

export interface Hover {
  readonly text: string;
  /** Targets of its links. */
  readonly links: readonly string[];
}

/** The active editor. It draws only the lines in sight, so marks of others are not there until one goes to them. */
export class TextEditor {
  private readonly page: Page;
  /** Scoped: the newer version has other editors in its side bars. */
  readonly element: Locator;

  constructor(page: Page) {
    this.page = page;
    this.element = page.locator('.part.editor .editor-group-container.active .editor-instance .monaco-editor').first();
  }

  /** The text in sight. */
  async text(): Promise<string> {
    const lines = await this.element.locator('.view-line').evaluateAll((lines) =>
      lines
        .map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text.replaceAll('\u00a0', ' ')),
    );
    return lines.join('\n');
  }

  glyphs(): Promise<readonly GlyphMark[]> {
    return this.element.evaluate((editor) => {
      const rows = [...editor.querySelectorAll('.margin-view-overlays > div')];
      const lineAt = (y: number) => {
        const row = rows.find((row) => row.getBoundingClientRect().top <= y && y < row.getBoundingClientRect().bottom);
        return Number(row?.querySelector('.line-numbers')?.textContent);
      };
      return [...editor.querySelectorAll('.glyph-margin-widgets > *')].map((mark) => {
        const { top, height } = mark.getBoundingClientRect();
        const { backgroundImage, color } = getComputedStyle(mark);
        return { line: lineAt(top + height / 2), classes: [...mark.classList], image: backgroundImage, color };
      });
    });
  }
}
