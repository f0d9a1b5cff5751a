import { describe, expect, it } from 'vitest';
import type { PanelRow } from '../../core/common/protocol/panel.ts';
import { RowPages } from '../../webview/state/row-pages.ts';

function rows(from: number, to: number): readonly PanelRow[] {
  return Array.from({ length: to - from }, (_, index) => ({
    id: `e${from + index}`,
    kind: 'tool',
    at: 0,
    title: '',
    text: '',
  }));
}

describe('the rows kept by the page', () => {
  it('are asked for once, page by page', () => {
    const pages = new RowPages();
    expect(pages.want({ from: 150, to: 320 }, 1000)).toEqual([
      { from: 100, to: 200 },
      { from: 200, to: 300 },
      { from: 300, to: 400 },
    ]);
    expect(pages.want({ from: 160, to: 330 }, 1000)).toEqual([]);
  });

  it('of a page that was not full only what is new is asked for', () => {
    const pages = new RowPages();
    expect(pages.want({ from: 0, to: 100 }, 30)).toEqual([{ from: 0, to: 30 }]);
    pages.put(0, rows(0, 30));
    expect(pages.want({ from: 0, to: 100 }, 45)).toEqual([{ from: 30, to: 45 }]);
    expect(pages.get(29)?.id).toBe('e29');
  });

  it('that came by themselves are not asked for, but for those before them', () => {
    const pages = new RowPages();
    pages.given({ from: 0, to: 40 });
    expect(pages.want({ from: 0, to: 100 }, 40)).toEqual([]);
    pages.put(0, rows(0, 40));
    pages.given({ from: 40, to: 45 });
    expect(pages.want({ from: 0, to: 100 }, 46)).toEqual([{ from: 45, to: 46 }]);
    expect(pages.get(39)?.id).toBe('e39');
    pages.clear();
    pages.given({ from: 250, to: 297 });
    expect(pages.want({ from: 197, to: 297 }, 297)).toEqual([
      { from: 100, to: 200 },
      { from: 200, to: 297 },
    ]);
  });

  it('are forgotten outside the window, and asked for again in it', () => {
    const pages = new RowPages();
    pages.want({ from: 0, to: 100 }, 100_000);
    pages.put(0, rows(0, 100));
    for (let from = 0; from < 50_000; from += 130) {
      for (const span of pages.want({ from, to: from + 200 }, 100_000)) pages.put(span.from, rows(span.from, span.to));
      expect(pages.size).toBeLessThanOrEqual(4);
    }
    expect(pages.get(0)).toBeUndefined();
    expect(pages.want({ from: 0, to: 50 }, 100_000)).toEqual([{ from: 0, to: 100 }]);
  });

  it('that come late, for a place that was left, are dropped', () => {
    const pages = new RowPages();
    pages.want({ from: 0, to: 100 }, 10_000);
    pages.want({ from: 5000, to: 5100 }, 10_000);
    pages.put(0, rows(0, 100));
    expect(pages.size).toBe(0);
  });
});
