/// <reference lib="dom" />
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { type PanelPage, usePanel } from './rig/panel-page.ts';

const { open } = usePanel();

/** Presses keys; then this position is the active one, told to a screen reader, and in sight. */
async function leadsTo(panel: PanelPage, keys: readonly string[], position: number): Promise<void> {
  for (const key of keys) await panel.page.keyboard.press(key);
  await waitFor(`row ${position} after ${keys}`, async () => {
    const active = await panel.stream.getAttribute('aria-activedescendant');
    if (active !== `row-${position}`) return false;
    const row = await panel.row(position).boundingBox();
    const view = await panel.stream.boundingBox();
    return row && view && row.y >= view.y - 1 && row.y + 22 <= view.y + view.height + 1;
  });
  expect(await panel.row(position).getAttribute('aria-selected')).toBe('true');
  expect(await panel.row(position).getAttribute('aria-rowindex')).toBe(String(position + 1));
}

describe('by keys', () => {
  it('every row can be reached', async () => {
    const panel = await open({ play: 'rows=2000' });
    await panel.isAtEnd();
    await panel.stream.focus();
    await leadsTo(panel, ['ArrowUp'], 1999);
    await leadsTo(panel, ['ArrowUp', 'ArrowUp'], 1997);
    await leadsTo(panel, ['Home'], 0);
    await leadsTo(panel, ['ArrowDown', 'ArrowDown', 'ArrowDown'], 3);
    const height = (await panel.stream.boundingBox())?.height ?? 0;
    const page = Math.floor(height / 22) - 1;
    await leadsTo(panel, ['PageDown', 'PageDown'], 3 + 2 * page);
    await leadsTo(panel, ['PageUp'], 3 + page);
    await leadsTo(panel, ['End'], 1999);
    expect(await panel.button(/Jump to live/).count()).toBe(0);
    expect(await panel.stream.getAttribute('aria-rowcount')).toBe('2000');
  });

  it('rows are opened and closed, and the focus comes back from a detail', async () => {
    const panel = await open({ play: 'rows=25', height: 1200 });
    await panel.stream.focus();
    await leadsTo(panel, ['Home', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown'], 4);
    const expanded = (value: string) =>
      waitFor(`expanded ${value}`, async () => (await panel.row(4).getAttribute('aria-expanded')) === value);
    await panel.page.keyboard.press('Enter');
    await expanded('true');
    await panel.page.keyboard.press('Enter');
    await expanded('false');
    await panel.page.keyboard.press('ArrowRight');
    await expanded('true');
    await panel.page.keyboard.press('ArrowLeft');
    await expanded('false');
    await panel.page.keyboard.press(' ');
    await expanded('true');
    await panel.button('Open total.ts:12').focus();
    await panel.page.keyboard.press('Escape');
    await expanded('false');
    expect(await panel.stream.evaluate((list) => list === document.activeElement)).toBe(true);
    await panel.page.keyboard.press('Control+Enter');
    expect(await panel.heard('openFile')).toEqual([{ type: 'openFile', id: 'event-4' }]);
  });

  it('the focus is seen', async () => {
    const panel = await open({ play: 'rows=25' });
    for (const name of ['Session details', 'Errors only', 'Filter by kind']) {
      await panel.page.keyboard.press('Tab');
      await waitFor(`the focus on ${name}`, async () => {
        const label = await panel.page.evaluate(
          'document.activeElement?.querySelector("[aria-label]")?.getAttribute("aria-label")',
        );
        if (label !== name) await panel.page.keyboard.press('Tab');
        return label === name;
      });
      expect(await panel.page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
  });
});
