/// <reference lib="dom" />
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { AxeResults } from 'axe-core';
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { type PanelOptions, type PanelPage, usePanel } from './rig/panel-page.ts';

const { open } = usePanel();
const ARTEFACTS = resolve(import.meta.dirname, '..', 'artefacts');
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** Of the row that waits. */
const HELD = 38;

/** A rule asks about one call and has denied another; one that it asked about before was allowed. */
async function openAsked(options: PanelOptions = {}): Promise<PanelPage> {
  const panel = await open({ play: 'rows=40', ...options });
  await panel.host((host) => {
    const now = Date.now() / 1000;
    const rule = { kind: 'rule', action: 'ask', title: 'push' } as const;
    const reason = 'command is "git push --force", the rule forbids it';
    host.change(36, { ...rule, action: 'deny', title: 'env', text: 'the read of ".env"', status: 'denied' });
    host.change(37, { ...rule, text: 'command is "git push"', status: 'allowed', durationMs: 4200 });
    host.change(38, { ...rule, id: 'held', text: reason, status: 'held', at: now - 7, asked: 'd1' });
    const ask = { id: 'd1', rule: 'push', call: 'Bash git push --force', reason, since: now - 7, until: now + 293 };
    host.setHeader({ phase: 'waiting', asked: [{ ...ask, pending: null }] });
  });
  await asks(panel).waitFor();
  return panel;
}

const asks = (panel: PanelPage) => panel.page.getByRole('region', { name: 'Calls that wait for your answer' });

async function answers(panel: PanelPage): Promise<readonly unknown[]> {
  return (await panel.heard('answer')).map(({ id, answer }) => [id, answer]);
}

describe('a call that waits', () => {
  it('stands above all else, with its rule, the reason, the time left and three answers', async () => {
    const panel = await openAsked();
    const text = (await asks(panel).innerText()).replace(/\s+/g, ' ');
    expect(text).toMatch(/^Bash git push --force Rule push asks: command is "git push --force", the rule forbids it /);
    expect(text).toMatch(/ Allow once Deny Allow for this session denied in 4m 5\ds$/);
    for (const name of ['Allow once', 'Deny', 'Allow for this session'])
      await asks(panel).getByRole('button', { name, exact: true }).click();
    expect(await answers(panel)).toEqual([
      ['d1', 'once'],
      ['d1', 'deny'],
      ['d1', 'session'],
    ]);
  });

  it('says that it is answered only when the host does', async () => {
    const panel = await openAsked();
    await asks(panel).getByRole('button', { name: 'Deny' }).click();
    expect(await asks(panel).getByRole('button', { name: 'Deny' }).getAttribute('aria-busy')).toBe('false');
    await panel.host((host) =>
      host.setHeader({ asked: host.header?.asked?.map((ask) => ({ ...ask, pending: 'deny' as const })) ?? [] }),
    );
    const denying = asks(panel).getByRole('button', { name: 'Denying…' });
    await denying.waitFor();
    expect(await denying.getAttribute('aria-busy')).toBe('true');
    await asks(panel).getByRole('button', { name: 'Allow once' }).click({ force: true });
    expect(await answers(panel)).toEqual([['d1', 'deny']]);
    await panel.host((host) => {
      host.change(38, { status: 'denied', durationMs: 9000 });
      host.setHeader({ asked: [] });
    });
    await asks(panel).waitFor({ state: 'detached' });
    expect((await panel.row(HELD).locator('.end').innerText()).split(/\s+/)).toEqual(['denied', '9.0', 's']);
    expect(await panel.row(HELD).locator('[data-answer]').count()).toBe(0);
  });

  it('is a row of its own: held, for how long, by which rule and why, with the answers in it', async () => {
    const panel = await openAsked();
    const row = panel.row(HELD);
    const elapsed = row.locator('.elapsed');
    const first = await elapsed.innerText();
    await waitFor('time to pass', async () => (await elapsed.innerText()) !== first);
    expect(await row.locator('.tag').innerText()).toBe('held');
    expect(await row.getAttribute('aria-label')).toMatch(/^Rule, push, command is .*, held, waits for your answer, /);
    await row.locator('.head').getByRole('button', { name: 'Allow for this session' }).click();
    await row.locator('.line').click();
    await row.locator('.detail').getByRole('button', { name: 'Deny' }).click();
    expect(await answers(panel)).toEqual([
      ['d1', 'session'],
      ['d1', 'deny'],
    ]);
    expect(await panel.row(37).locator('.end').innerText()).toMatch(/^allowed\s+4\.2 s$/);
    expect(await panel.row(36).locator('.tag').innerText()).toBe('denied');
    expect(await panel.row(36).getAttribute('aria-label')).toMatch(/^Rule, env, the read of "\.env", denied, /);
  });

  it('is answered by keys alone, is heard of, and leaves the focus where one can go on', async () => {
    const panel = await openAsked();
    const said = panel.page.getByRole('status').filter({ hasText: 'A call waits for your answer: Bash git push' });
    await said.waitFor({ state: 'attached' });
    await panel.page.keyboard.press('Tab');
    await panel.page.keyboard.press('Tab');
    await panel.page.keyboard.press('Enter');
    expect(await answers(panel)).toEqual([['d1', 'deny']]);
    await panel.host((host) =>
      host.setHeader({ asked: host.header?.asked?.map((ask) => ({ ...ask, id: 'd2', call: 'Bash ls' })) ?? [] }),
    );
    const focus = () =>
      panel.page.evaluate(() => document.activeElement?.textContent || document.activeElement?.className);
    await waitFor('the next call', async () => (await focus()) === 'Allow once');
    await panel.page.keyboard.press('Space');
    expect(await answers(panel)).toContainEqual(['d2', 'once']);
    await panel.host((host) => host.setHeader({ asked: [] }));
    await asks(panel).waitFor({ state: 'detached' });
    expect(await panel.stream.evaluate((list) => document.activeElement === list)).toBe(true);
  });

  it('shows what an agent wrote as it is', async () => {
    const panel = await openAsked();
    await panel.host((host) =>
      host.setHeader({
        asked:
          host.header?.asked?.map((ask) => ({ ...ask, call: 'Bash <b>rm</b>\u202e\u001b[31m', reason: '<i>x' })) ?? [],
      }),
    );
    await waitFor('the call', async () => (await asks(panel).innerText()).includes('<b>rm</b>'));
    expect(await asks(panel).innerText()).not.toMatch(/[\u202e\u001b]/);
  });
});

it.each(['dark', 'light', 'high-contrast'] as const)('passes axe in the %s theme', async (theme) => {
  for (const [shape, width, height] of [
    ['side-bar', 320, 900],
    ['panel', 1100, 600],
  ] as const) {
    const panel = await openAsked({ theme, width, height });
    await panel.isAtEnd();
    await panel.page.emulateMedia({ reducedMotion: 'reduce' });
    await panel.page.evaluate(await readFile(AXE, 'utf8'));
    const { violations } = (await panel.page.evaluate('axe.run()')) as AxeResults;
    expect(violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))).toEqual([]);
    await mkdir(ARTEFACTS, { recursive: true });
    await panel.page.screenshot({ path: join(ARTEFACTS, `asks-${theme}-${shape}.png`), animations: 'disabled' });
  }
});
