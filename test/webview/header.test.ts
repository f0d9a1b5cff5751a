/// <reference lib="dom" />
import { describe, expect, it } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { usePanel } from './rig/panel-page.ts';

const { open } = usePanel();

describe('the header', () => {
  it('tells cost, calls, tokens, context, limits and subagents', async () => {
    const panel = await open({ play: 'rows=420', height: 900 });
    const text = (await panel.page.locator('.header').innerText()).replace(/\s+/g, ' ');
    for (const part of ['$1.68', '231 calls', '35 errors', 'claude-sonnet-4-5', '130k in, 18k out', 'Guarded'])
      expect(text).toContain(part);
    const meters = panel.page.getByRole('meter');
    expect(await meters.evaluateAll((all) => all.map((meter) => meter.getAttribute('aria-label')))).toEqual([
      'Context: 50 %',
      'no-force-push: 1 of 1',
      'too-many-errors: 17 of 20',
      'budget: $1.68 of $5.00',
    ]);
    const bar = (name: string) =>
      panel.page
        .getByRole('meter', { name })
        .locator('.meter-bar')
        .evaluate((bar) => getComputedStyle(bar).backgroundColor);
    const marks = (name: string) => panel.page.getByRole('meter', { name }).locator('.meter-mark');
    expect(await marks('budget').getAttribute('title')).toBe('Told at 80% of the limit');
    expect(await marks('budget').evaluate(({ style }: HTMLElement) => style.left)).toBe('80%');
    expect(await marks('too-many-errors').count()).toBe(0);
    const icon = panel.page.locator('.meter', { hasText: 'no-force-push' }).locator('.codicon');
    expect(await icon.getAttribute('aria-label')).toBe('would kill at the limit');
    expect(new Set([await bar('no-force-push'), await bar('too-many-errors'), await bar('budget')]).size).toBe(3);
    expect(await panel.page.locator('.subagents .subagents').innerText()).toContain('Explore the carts of guests');
    await panel.button(/code-reviewer/).click();
    expect(await panel.heard('selectSession')).toEqual([{ type: 'selectSession', id: 'reviewer-1' }]);
  });

  it('draws the spend in the colour of the theme, and tells it where the pointer is', async () => {
    const panel = await open({ play: 'rows=420', height: 900 });
    const plot = panel.page.getByRole('img', { name: /^Spend over time: \$0\.\d+ at .* to \$1\.68 at / });
    const inked = await plot.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
      return data.some((value) => value !== 0);
    });
    expect(inked).toBe(true);
    await plot.hover();
    await waitFor('a value', async () =>
      /^\$\d\.\d\d at \d\d:/.test(await panel.page.locator('.curve-pointed').innerText()),
    );
  });

  it('asks for what its buttons say, and shows it as done only when the host does', async () => {
    const panel = await open();
    await panel.button('Pause').click();
    expect(await panel.heard('control')).toEqual([{ type: 'control', action: 'pause' }]);
    expect(await panel.page.locator('.phase-name').innerText()).toBe('Running');
    await panel.host((host) =>
      host.setHeader({ controls: { pause: true, resume: false, kill: true, pending: 'pause', reason: '' } }),
    );
    const pausing = panel.button('Pausing…');
    await pausing.waitFor();
    expect(await pausing.getAttribute('aria-busy')).toBe('true');
    await pausing.click({ force: true });
    expect(await panel.heard('control')).toHaveLength(1);
    await panel.host((host) =>
      host.setHeader({
        phase: 'paused',
        controls: { pause: false, resume: true, kill: true, pending: null, reason: '' },
      }),
    );
    await panel.button('Resume').click();
    await panel.button('Kill').click();
    expect((await panel.heard('control')).map(({ action }) => action)).toEqual(['pause', 'resume', 'kill']);
  });

  it('says how much of a long trace has been read, and nothing of its phase until it all is', async () => {
    const panel = await open();
    await panel.host((host) =>
      host.setHeader({ readShare: 0.349, phase: 'interrupted', running: [{ id: 'c', tool: 'Bash', startedAt: 1 }] }),
    );
    const activity = panel.page.locator('.activity');
    await activity.getByText('Reading, 34 %').waitFor();
    expect(await activity.innerText()).not.toMatch(/Interrupted|Bash/);
    await panel.host((host) => host.setHeader({ readShare: 1, phase: 'completed', running: [] }));
    await activity.getByText('Completed').waitFor();
    expect(await panel.page.locator('[role=status]').allInnerTexts()).not.toContain('The session is completed.');
  });

  it('says why nothing can be done', async () => {
    const panel = await open();
    await panel.host((host) =>
      host.setHeader({
        controls: { pause: false, resume: false, kill: false, pending: null, reason: 'No watcher runs.' },
      }),
    );
    await panel.page.locator('#controls-reason').getByText('No watcher runs.').waitFor();
    for (const name of ['Pause', 'Kill']) {
      const button = panel.button(name);
      expect(await button.getAttribute('aria-disabled')).toBe('true');
      expect(await button.getAttribute('aria-describedby')).toBe('controls-reason');
      await button.click({ force: true });
    }
    expect(await panel.heard('control')).toEqual([]);
  });

  it('names models without a price, and says that a session goes on after its end', async () => {
    const panel = await open();
    await panel.host((host) =>
      host.setHeader({ cost: '≥$0.42', unpricedModels: ['new-model', 'evil\u001b[31m'], isAgain: true }),
    );
    await panel.page.locator('.summary').getByText('No price for new-model, evil␛[31m').waitFor();
    expect(await panel.page.locator('.phase-name').innerText()).toBe('Running again');
  });

  it('chooses among sessions', async () => {
    const panel = await open();
    const picker = panel.page.getByRole('combobox', { name: 'Session' });
    expect(await picker.locator('option').allInnerTexts()).toEqual([
      'Claude Code 14:02 · Running · $0.42',
      'Claude Code 09:31 · Completed · $1.87',
    ]);
    await picker.selectOption('session-0');
    expect(await panel.heard('selectSession')).toEqual([{ type: 'selectSession', id: 'session-0' }]);
    expect(await picker.inputValue()).toBe('session-1');
  });

  it('is folded and unfolded, and stays so', async () => {
    const panel = await open({ height: 900 });
    await panel.button('Session details').click();
    await panel.page.locator('.facts').waitFor({ state: 'hidden' });
    // A broken limit is told all the same.
    expect(await panel.page.getByRole('meter', { name: 'no-force-push' }).isVisible()).toBe(true);
    await panel.page.reload();
    await panel.row(59).waitFor();
    expect(await panel.page.locator('.facts').isVisible()).toBe(false);
  });

  it('says aloud what the user must know, and little else', async () => {
    const panel = await open();
    const said = panel.page.locator('[aria-live]');
    expect(await said.textContent()).toBe('');
    await panel.host((host) => host.setHeader({ phase: 'waiting' }));
    await said.getByText('The agent needs you.').waitFor();
    await panel.host((host) => host.setHeader({ phase: 'paused' }));
    await said.getByText('The agent is paused.').waitFor();
    await panel.host((host) => host.setHeader({ phase: 'interrupted' }));
    await said.getByText('The agent is gone').waitFor();
    await panel.host((host) => host.tell('The watcher refused.'));
    await panel.page.getByRole('alert').getByText('The watcher refused.').waitFor();
    await panel.button('Dismiss').click();
    expect(await panel.page.getByRole('alert').count()).toBe(0);
  });

  it('invites to set up hooks where there is no session', async () => {
    const panel = await open({ play: 'empty=1' });
    await panel.button('Set Up Hooks').click();
    expect(await panel.heard('setUpHooks')).toHaveLength(1);
    expect(await panel.stream.count()).toBe(0);
  });
});
