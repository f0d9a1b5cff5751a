import { describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { usePanel } from './rig/panel-page.ts';

const { open } = usePanel();

describe('the filter', () => {
  it('finds a text, and tells the host once the typing rests', async () => {
    const panel = await open({ play: 'rows=241', height: 900 });
    await panel.page.getByRole('textbox', { name: 'Search events' }).pressSequentially('git push');
    await waitFor('ten rows', async () => (await panel.rows.count()) === 10);
    for (const text of await panel.rows.allInnerTexts()) expect(text).toContain('git push');
    const sent = await panel.heard('setFilter');
    expect(sent.at(-1)?.filter).toEqual({ kinds: [], text: 'git push', errorsOnly: false });
    expect(sent.length).toBeLessThan(8);
    await panel.button('Clear filter').click();
    await waitFor('all rows', async () => (await panel.stream.getAttribute('aria-rowcount')) === '241');
  });

  it('shows errors only, and chosen kinds only', async () => {
    const panel = await open({ play: 'rows=25', height: 1200 });
    await panel.button('Errors only').click();
    await waitFor('five rows', async () => (await panel.rows.count()) === 5);
    await panel.button('Errors only').click();
    await waitFor('all rows', async () => (await panel.rows.count()) === 25);
    await panel.button('Filter by kind').click();
    await panel.button('Prompts').click();
    await panel.button('Outcomes').click();
    await waitFor('four rows', async () => (await panel.rows.count()) === 4);
    expect(await panel.button('Prompts').getAttribute('aria-pressed')).toBe('true');
    await panel.host((host) => host.play(24));
    await waitFor('those that came', async () => (await panel.rows.count()) === 8);
  });

  it('says when nothing passes', async () => {
    const panel = await open({ play: 'rows=25' });
    await panel.page.getByRole('textbox', { name: 'Search events' }).fill('no such thing');
    await panel.page.getByText('No event passes the filter.').waitFor();
    await panel.page.locator('.nothing').getByRole('button', { name: 'Clear filter' }).click();
    await waitFor('all rows', async () => (await panel.stream.getAttribute('aria-rowcount')) === '25');
  });

  it('keeps the active row in sight when it is taken away', async () => {
    const panel = await open({ play: 'rows=2000' });
    await panel.page.getByRole('textbox', { name: 'Search events' }).fill('overloaded');
    await waitFor('fewer rows', async () => (await panel.stream.getAttribute('aria-rowcount')) === '83');
    await panel.page.getByRole('textbox', { name: 'Search events' }).press('Enter');
    await panel.page.keyboard.press('Home');
    await waitFor('the first', async () => (await panel.row(0).getAttribute('aria-selected')) === 'true');
    await panel.button('Clear filter').click();
    await waitFor('its place among all', async () => (await panel.row(23).getAttribute('aria-selected')) === 'true');
    expect(await panel.row(23).getAttribute('aria-expanded')).toBe('false');
  });

  it("is the host's when the host has changed it", async () => {
    const panel = await open({ play: 'rows=25' });
    await panel.button('Errors only').click();
    await waitFor('five rows', async () => (await panel.rows.count()) === 5);
    await panel.host((host) =>
      host.receive({ type: 'setFilter', filter: { kinds: [], text: 'total', errorsOnly: false } }),
    );
    const input = panel.page.getByRole('textbox', { name: 'Search events' });
    await waitFor('its text', async () => (await input.inputValue()) === 'total');
    expect(await panel.button('Errors only').getAttribute('aria-pressed')).toBe('false');
  });
});
