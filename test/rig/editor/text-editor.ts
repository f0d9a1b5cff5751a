/// <reference lib="dom" />
import type { Locator, Page } from 'playwright-core';
import { succeeds } from '../../../scripts/succeeds.ts';
import { waitFor } from '../../../scripts/wait-for.ts';

/** After so long nothing is going to appear under a pointer. */
const HOVER_MS = 5000;

/** A mark beside the line numbers: an extension's, or a breakpoint. */
export interface GlyphMark {
  /** From 1, as the margin says. */
  readonly line: number;
  readonly classes: readonly string[];
  /** Computed `background-image`, decoded: the address of the picture, or `none`. */
  readonly image: string;
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

export interface EditorDecorations {
  readonly glyphs: readonly GlyphMark[];
  readonly styles: readonly LineStyle[];
  readonly labels: readonly InlineLabel[];
}

/** A piece of one colour in the overview ruler: marks of one colour that touch are one piece. */
export interface RulerMark {
  /**
   * Computed from the place, to about a line where no line is folded or wrapped. A mark is at least 6 pixels high, which
   * in a long file is more than the lines that it means.
   */
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
  /** Scoped to the middle of the window: there may be other editors in its side bars. */
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

  /** What extensions have put on the lines in sight, and breakpoints. */
  decorations(): Promise<EditorDecorations> {
    return this.element.evaluate((editor) => {
      const numbers = [...editor.querySelectorAll('.margin-view-overlays .line-numbers')];
      const lineOf = (element: Element) => {
        const { top, height } = element.getBoundingClientRect();
        const middle = top + height / 2;
        const beside = numbers.find((number) => {
          const row = number.getBoundingClientRect();
          return row.top <= middle && middle < row.bottom;
        });
        return Number(beside?.textContent);
      };
      const inLineOrder = <T extends { line: number }>(marks: T[]) => marks.sort((a, b) => a.line - b.line);
      const glyphs = [...editor.querySelectorAll('.glyph-margin-widgets > *')].map((mark) => ({
        line: lineOf(mark),
        classes: [...mark.classList],
        image: decodeURIComponent(getComputedStyle(mark).backgroundImage),
      }));
      const styles = [...editor.querySelectorAll('.view-overlays .cdr[class*="ced-"]')].map((mark) => {
        const { backgroundColor, borderLeft } = getComputedStyle(mark);
        return { line: lineOf(mark), background: backgroundColor, borderLeft };
      });
      const labels = [...editor.querySelectorAll('.view-line span[class*="ced-"]')].flatMap((span) =>
        ['::before', '::after'].flatMap((place) => {
          const { content, color } = getComputedStyle(span, place);
          const quoted = /^"(.*)"$/s.exec(content)?.[1];
          if (quoted === undefined) return [];
          return [{ line: lineOf(span), text: quoted.replace(/\\(["\\])/g, '$1'), color }];
        }),
      );
      return { glyphs: inLineOrder(glyphs), styles: inLineOrder(styles), labels: inLineOrder(labels) };
    });
  }

  /** What the overview ruler shows, top down, read from its pixels; the cursor's and the editor's own marks, too. */
  overviewRuler(): Promise<readonly RulerMark[]> {
    return this.element.evaluate((editor) => {
      const canvas = editor.querySelector<HTMLCanvasElement>('canvas.decorationsOverviewRuler');
      const row = editor.querySelector('.margin-view-overlays > div');
      const content = editor.querySelector<HTMLElement>('.margin-view-overlays');
      const pixels = canvas?.getContext('2d');
      if (!canvas || !pixels || !row || !content) return [];
      const lines = content.offsetHeight / row.getBoundingClientRect().height;
      const lineAt = (y: number) => Math.floor((y / canvas.height) * lines + 0.5) + 1;
      const marks: { fromLine: number; toLine: number; color: string; lane: 'left' | 'center' | 'right' }[] = [];
      for (const [index, lane] of (['left', 'center', 'right'] as const).entries()) {
        const x = Math.floor(((index + 0.5) / 3) * (canvas.width - 1)) + 1;
        const colors: string[] = [];
        for (let y = 0; y < canvas.height; y++) {
          const [red, green, blue, alpha] = pixels.getImageData(x, y, 1, 1).data;
          colors.push(alpha === 0 ? '' : `rgb(${red}, ${green}, ${blue})`);
        }
        // The ground is what most of the ruler shows; the first row is its border.
        const counts = new Map<string, number>();
        for (const color of colors) counts.set(color, (counts.get(color) ?? 0) + 1);
        const ground = [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
        for (let from = 1; from < colors.length; ) {
          let to = from;
          while (to + 1 < colors.length && colors[to + 1] === colors[from]) to++;
          const color = colors[from] ?? '';
          if (color !== ground && color !== '')
            marks.push({ fromLine: lineAt(from), toLine: lineAt(to + 1) - 1, color, lane });
          from = to + 1;
        }
      }
      return marks.sort((a, b) => a.fromLine - b.fromLine);
    });
  }

  /**
   * What appears over the text of this line, which must be in sight. Over a glyph nothing appears: the editor gives its
   * extensions no way to.
   */
  async hover(line: number): Promise<Hover> {
    const hover = await this.openHover(line);
    const links = await hover
      .locator('a[data-href]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('data-href') ?? ''));
    const said = (await hover.allInnerTexts()).join('\n').trim();
    await this.page.mouse.move(0, 0);
    await hover.waitFor({ state: 'hidden' });
    return { text: said, links };
  }

  /** Clicks the first link with this text in what appears over the text of this line. */
  async clickInHover(line: number, link: string): Promise<void> {
    const hover = await this.openHover(line);
    await hover.locator('a[data-href]').getByText(link, { exact: true }).first().click();
  }

  /** Clicks beside this line's number: sets a breakpoint, but not where an extension has put a glyph. */
  async clickGlyphMargin(line: number): Promise<void> {
    const number = await this.lineNumber(line);
    await this.page.mouse.click(number.x - 10, number.y + number.height / 2);
  }

  /** Types at the cursor. */
  async type(text: string): Promise<void> {
    await this.element.locator('.native-edit-context, textarea.inputarea').first().focus();
    await this.page.keyboard.insertText(text);
  }

  private async openHover(line: number): Promise<Locator> {
    const hover = this.page.locator('.monaco-hover:not(.hidden)').filter({ hasText: /\S/ }).first();
    await waitFor(`what appears over line ${line}`, async () => {
      const number = await this.lineNumber(line);
      const text = await this.element.locator('.view-lines').boundingBox();
      const x = (text?.x ?? 0) + 10;
      const y = number.y + number.height / 2;
      // A hover opens for a pointer that moves onto its place, not for one that is there already.
      await this.page.mouse.move(x + 10, y);
      await this.page.mouse.move(x, y, { steps: 4 });
      return succeeds(hover.waitFor({ timeout: HOVER_MS }));
    });
    return hover;
  }

  private async lineNumber(line: number) {
    const number = this.element.locator('.margin-view-overlays .line-numbers').getByText(`${line}`, { exact: true });
    const box = await number.boundingBox();
    if (!box) throw new Error(`line ${line} is not in sight`);
    return box;
  }
}
