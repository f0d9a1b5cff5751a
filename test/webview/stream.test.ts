/// <reference lib="dom" />
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { usePanel } from './rig/panel-page.ts';

const { open } = usePanel();

describe('the event stream', () => {
  it('shows one row a thing, a call with its result and duration in the same', async () => {
    const panel = await open({ play: 'rows=25', height: 1200 });
    await panel.isAtEnd();
    expect(await panel.rows.count()).toBe(25);
    expect(await panel.row(4).innerText()).toMatch(/Read\s+total\.ts\s*src\/cart\s+12 ms/);
    expect(await panel.row(7).getAttribute('aria-label')).toMatch(
      /^Bash, npm test -- --run test\/cart, failed, 4\.2 s, \d\d:\d\d:\d\d$/,
    );
    expect(await panel.row(7).locator('.codicon-terminal').count()).toBe(1);
    expect(await panel.row(17).getAttribute('aria-label')).toMatch(/^Rule, budget, cost_usd is 3\.02/);
  });

  it('shows failed and interrupted calls as such', async () => {
    const panel = await open({ play: 'rows=25', height: 1200 });
    const style = (index: number) =>
      panel
        .row(index)
        .locator('.title')
        .evaluate((title) => {
          const { color, textDecorationLine } = getComputedStyle(title);
          return { color, textDecorationLine };
        });
    const failed = await panel.page.evaluate(() => {
      document.body.style.outlineColor = 'var(--vscode-list-errorForeground)';
      return getComputedStyle(document.body).outlineColor;
    });
    expect(await style(7)).toEqual({ color: failed, textDecorationLine: 'none' });
    expect((await style(18)).textDecorationLine).toBe('line-through');
    expect(await panel.row(18).innerText()).toContain('interrupted');
  });

  it('counts the seconds of a running call, and folds its result in when it comes', async () => {
    const panel = await open({ play: 'rows=25&running=1', height: 1200 });
    const elapsed = panel.row(24).locator('.elapsed');
    const seconds = async () => Number.parseInt(await elapsed.innerText(), 10);
    const before = await seconds();
    await waitFor('the time to pass', async () => (await seconds()) > before);
    await panel.host((host) => host.change(24, { status: 'failed', durationMs: 4321 }));
    await panel.page.locator('[data-position="24"].failed').waitFor();
    expect(await panel.row(24).innerText()).toContain('4.3 s');
    expect(await panel.rows.count()).toBe(25);
  });

  it('sets no timer while nothing runs, and one while something does', async () => {
    const panel = await open({ play: 'rows=5' });
    await panel.page.addInitScript(() => {
      const timers = new Set<unknown>();
      const { setInterval, clearInterval } = globalThis;
      Object.assign(globalThis, {
        timers,
        setInterval: (...args: Parameters<typeof setInterval>) => {
          const timer = setInterval(...args);
          timers.add(timer);
          return timer;
        },
        clearInterval: (timer: number) => {
          timers.delete(timer);
          clearInterval(timer);
        },
      });
    });
    await panel.page.reload();
    await panel.row(4).waitFor();
    const timers = () => panel.page.evaluate('globalThis.timers.size');
    expect(await timers()).toBe(0);
    await panel.host((host) => host.change(4, { status: 'running', at: Date.now() / 1000 }));
    await waitFor('the timer', async () => (await timers()) === 1);
    await panel.host((host) => host.change(4, { status: 'completed', durationMs: 5 }));
    await waitFor('the timer to end', async () => (await timers()) === 0);
  });

  it('draws and keeps only what is near, of 200,000 rows', async () => {
    const panel = await open({ play: 'rows=200000' });
    await panel.isAtEnd();
    expect(await panel.row(199_999).count()).toBe(1);
    expect(await panel.rows.count()).toBeLessThan(90);
    await panel.stream.evaluate((list) => {
      list.scrollTop = list.scrollHeight / 2;
    });
    await waitFor(
      'the middle',
      async () => (await panel.row(100_010).getAttribute('class'))?.includes('loading') === false,
    );
    expect(await panel.rows.count()).toBeLessThan(90);
    const asked = await panel.heard('getRows');
    expect(asked.reduce((sum, { from, to }) => sum + to - from, 0)).toBeLessThan(2000);
  });

  it('reaches every row of a list that is too high for a browser', async () => {
    const panel = await open({ play: 'rows=3000000' });
    await panel.isAtEnd();
    await panel.stream.focus();
    await panel.page.keyboard.press('Home');
    await panel.page.locator('[data-position="0"].kind-session').waitFor();
    await panel.page.keyboard.press('ArrowDown');
    await waitFor('the second row', async () => (await panel.row(1).getAttribute('aria-selected')) === 'true');
    await panel.host((host) => host.reveal('event-1500000'));
    await panel.page.locator('[data-position="1500000"].open').waitFor();
    const place = await panel.row(1_500_000).boundingBox();
    expect(place?.y).toBeGreaterThan(200);
    expect(place?.y).toBeLessThan(700);
  });

  it('follows the end until the user scrolls up, then counts what is new and jumps there', async () => {
    const panel = await open({ play: 'rows=500' });
    await panel.isAtEnd();
    await panel.host((host) => host.play(40));
    await panel.row(539).waitFor();
    await panel.isAtEnd();
    expect(await panel.button(/Jump to live/).count()).toBe(0);

    await panel.stream.hover();
    await panel.page.mouse.wheel(0, -400);
    await panel.button(/Jump to live/).waitFor();
    const before = await waitFor('the list to rest', async () => {
      const seen = await panel.seen();
      await panel.page.waitForTimeout(200);
      return seen.join() === (await panel.seen()).join() && seen;
    });
    await panel.host((host) => host.play(1234));
    await panel.button('Jump to live 1,234 new').waitFor();
    expect(await panel.seen()).toEqual(before);

    await panel.button(/Jump to live/).click();
    await panel.row(1773).waitFor();
    await panel.isAtEnd();
    expect(await panel.button(/Jump to live/).count()).toBe(0);
  });

  it.each([
    [700, 400],
    [250, 900],
  ])('stays at the end when the view goes from %i to %i pixels of height', async (before, after) => {
    const panel = await open({ play: 'rows=500', height: before });
    await panel.isAtEnd();
    await panel.page.setViewportSize({ width: 340, height: after });
    await panel.isAtEnd();
    await panel.host((host) => host.play(40));
    await panel.row(539).waitFor();
    await panel.isAtEnd();
  });

  it('stays at the end when the header takes more room', async () => {
    const panel = await open({ play: 'rows=500', height: 420 });
    await panel.isAtEnd();
    const height = () => panel.stream.evaluate((list) => list.clientHeight);
    const before = await height();
    await panel.page.locator('button[aria-expanded=false]').first().click();
    await waitFor('the list to have less room', async () => (await height()) < before);
    await panel.isAtEnd();
  });

  it('follows again when the user scrolls to the end', async () => {
    const panel = await open({ play: 'rows=500' });
    await panel.isAtEnd();
    await panel.stream.hover();
    await panel.page.mouse.wheel(0, -200);
    await panel.button(/Jump to live/).waitFor();
    await panel.page.mouse.wheel(0, 5000);
    await panel.button(/Jump to live/).waitFor({ state: 'detached' });
    await panel.host((host) => host.play(10));
    await panel.row(509).waitFor();
    await panel.isAtEnd();
  });

  it('stays with the row that is read when all rows are told anew', async () => {
    const panel = await open({ play: 'rows=2000' });
    await panel.isAtEnd();
    await panel.stream.evaluate((list) => {
      list.scrollTop = 22_000;
    });
    await panel.row(1000).waitFor();
    await panel.host((host) => host.receive({ type: 'setFilter', filter: { kinds: [], text: '', errorsOnly: false } }));
    await waitFor('the row to be located', async () => (await panel.heard('locate')).length > 0);
    const [located] = await panel.heard('locate');
    expect(located?.id).toMatch(/^event-(999|1000)$/);
    await panel.row(1000).waitFor();
    expect(await panel.row(1999).count()).toBe(0);
  });

  it('scrolls to a row that a link leads to and opens it', async () => {
    const panel = await open({ play: 'rows=5000' });
    await panel.host((host) => host.reveal('event-2309'));
    await panel.page.locator('[data-position="2309"].open.active.revealed').waitFor();
    const asked = (await panel.heard('getDetail')).map(({ id }) => id);
    expect(new Set(asked)).toEqual(new Set(['event-2309']));
  });
});
