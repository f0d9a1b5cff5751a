/// <reference lib="dom" />
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { AxeResults } from 'axe-core';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { type PanelPage, usePanel } from './rig/panel-page.ts';

const { open, server } = usePanel();
const ARTEFACTS = resolve(import.meta.dirname, '..', 'artefacts');
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

async function picture(panel: PanelPage, name: string): Promise<void> {
  await mkdir(ARTEFACTS, { recursive: true });
  await panel.page.screenshot({ path: join(ARTEFACTS, `panel-${name}.png`), animations: 'disabled' });
}

/** What axe finds, as `rule: element`. */
async function violations(panel: PanelPage): Promise<readonly string[]> {
  // By the debugger's way in: the page's policy allows no script but its own.
  await panel.page.evaluate(await readFile(AXE, 'utf8'));
  const { violations } = (await panel.page.evaluate('axe.run()')) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ''}`));
}

describe.each(['dark', 'light', 'high-contrast'] as const)('in the %s theme', (theme) => {
  it.each([
    ['side bar', 320, 900],
    ['panel', 1100, 600],
  ])('the page as a %s passes axe', async (shape, width, height) => {
    const panel = await open({ play: 'rows=420&running=1', theme, width, height });
    await panel.isAtEnd();
    if (width < 900) await panel.button('Filter by kind').click();
    const rows = async () => Number(await panel.stream.getAttribute('aria-rowcount'));
    await panel.button('Tool calls').click();
    await waitFor('the filter', async () => (await rows()) < 420);
    await panel.button('Tool calls').click();
    await waitFor('all rows', async () => (await rows()) === 420);
    await panel.isAtEnd();
    await panel.host((host) => host.reveal('event-393'));
    await panel.row(393).locator('.block-diff').waitFor();
    await panel.stream.focus();
    await panel.host((host) => host.tell('The watcher is gone.'));
    await panel.page.getByRole('alert').waitFor();
    // Past the flash that marks the row.
    await panel.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await panel.row(393).locator('.block-diff').isVisible()).toBe(true);
    expect(await violations(panel)).toEqual([]);
    await picture(panel, `${theme}-${shape.replace(' ', '-')}`);
  });
});

describe('the page', () => {
  it.each([180, 240, 300, 420, 800, 1600])('fits a width of %i pixels', async (width) => {
    const panel = await open({ play: 'rows=420&running=1', width, height: 800 });
    await panel.isAtEnd();
    const beyond = await panel.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('#panel *:not(.heard-only)')]
        .filter((each) => each.getClientRects().length > 0 && each.getBoundingClientRect().right > innerWidth + 0.5)
        .filter((each) => {
          for (let parent = each.parentElement; parent; parent = parent.parentElement)
            if (getComputedStyle(parent).overflowX !== 'visible' && parent !== document.body) {
              if (parent.getBoundingClientRect().right <= innerWidth + 0.5) return false;
            }
          return true;
        })
        .map((each) => each.className),
    );
    expect(beyond).toEqual([]);
    expect((await panel.stream.boundingBox())?.height).toBeGreaterThan(250);
    await picture(panel, `width-${width}`);
  });

  it('leaves the stream room in a view that is not high', async () => {
    const panel = await open({ play: 'rows=420', height: 260 });
    await panel.isAtEnd();
    expect((await panel.stream.boundingBox())?.height).toBeGreaterThan(66);
    await picture(panel, 'low');
  });

  it('stands still where that is wished', async () => {
    const panel = await open({ play: 'rows=25&running=1', height: 1200 });
    await panel.page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await panel.page.evaluate(() => document.getAnimations().length)).toBe(0);
    await panel.page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await panel.page.evaluate(() => document.getAnimations().length)).toBeGreaterThan(0);
  });

  it('has at most 250 kB', () => {
    expect(server().pageBytes).toBeLessThanOrEqual(250_000);
  });
});
