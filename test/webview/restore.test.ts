/// <reference lib="dom" />
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { type PanelPage, usePanel } from './rig/panel-page.ts';

const { open } = usePanel();

async function everything(panel: PanelPage) {
  const header = await panel.page.locator('.header').innerText();
  const filter = await panel.page.getByRole('textbox', { name: 'Search events' }).inputValue();
  const jump = await panel.button(/Jump to live/).allInnerTexts();
  return { header, filter, jump, seen: await panel.seen() };
}

/** What the page shows, once that rests. */
function shown(panel: PanelPage) {
  return waitFor('the page to rest', async () => {
    const before = await everything(panel);
    // Longer than any delay of the page.
    await panel.page.waitForTimeout(300);
    const isLoading = before.seen.length === 0 || before.seen.join().includes('loading');
    return !isLoading && JSON.stringify(before) === JSON.stringify(await everything(panel)) && before;
  });
}

describe('a page that comes late or again', () => {
  it('shows what one shows that was there all along', async () => {
    const early = await open({ play: 'rows=1' });
    for (const more of [3, 40, 1, 250, 700, 5]) await early.host(`(host) => host.play(${more})` as never);
    await early.row(999).waitFor();
    await early.isAtEnd();
    const late = await open({ play: 'rows=1000' });
    await late.isAtEnd();
    expect(await shown(late)).toEqual(await shown(early));
  });

  it('shows the same place, openings and count as before it was hidden', async () => {
    const panel = await open({ play: 'rows=3000' });
    await panel.host((host) => host.reveal('event-1207'));
    await panel.row(1207).locator('.block').first().waitFor();
    await panel.row(1210).locator('.line').click();
    await panel.row(1210).locator('.detail-actions').waitFor();
    await panel.stream.hover();
    await panel.page.mouse.wheel(0, 57);
    await panel.page.mouse.move(0, 0);
    const before = await shown(panel);
    await panel.page.reload();
    await panel.row(1207).locator('.block').first().waitFor();
    const classes = (lines: readonly string[]) => lines.map((line) => line.replace(' revealed', ''));
    const after = await shown(panel);
    expect({ ...after, seen: classes(after.seen) }).toEqual({ ...before, seen: classes(before.seen) });
  });

  it('shows the same filter, asked for anew of a host that does not know it', async () => {
    const panel = await open({ play: 'rows=3000' });
    await panel.page.getByRole('textbox', { name: 'Search events' }).fill('overloaded');
    await waitFor('fewer rows', async () => (await panel.stream.getAttribute('aria-rowcount')) === '125');
    const before = await shown(panel);
    await panel.page.reload();
    await waitFor('fewer rows', async () => (await panel.stream.getAttribute('aria-rowcount')) === '125');
    expect(await shown(panel)).toEqual(before);
  });

  it('follows the end when it did, whatever has come since', async () => {
    const panel = await open({ play: 'rows=3000' });
    await panel.isAtEnd();
    await shown(panel);
    await panel.page.goto(panel.page.url().replace('rows=3000', 'rows=3500'));
    await panel.row(3499).waitFor();
    await panel.isAtEnd();
  });

  it('starts anew with another session', async () => {
    const panel = await open({ play: 'rows=3000' });
    await panel.host((host) => host.reveal('event-1207'));
    await panel.row(1207).locator('.block').first().waitFor();
    await shown(panel);
    await panel.host((host) => {
      host.header = { sessionId: 'session-2' };
      host.receive({ type: 'ready', version: 1 });
    });
    await panel.row(2999).waitFor();
    await panel.isAtEnd();
    expect(await panel.page.locator('.row.open').count()).toBe(0);
  });

  it('asks again when its rows are older than the reset', async () => {
    const panel = await open({ play: 'rows=40' });
    await panel.host((host) => {
      const row = { id: 'x', kind: 'error', at: 1, title: 'of an older generation', text: '' } as const;
      window.postMessage({ type: 'rows', generation: 0, from: 39, rows: [row] });
      host.play(1);
    });
    await panel.row(40).waitFor();
    expect(await panel.stream.innerText()).not.toContain('older generation');
  });
});
