import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EDITOR_VERSIONS } from '../../../scripts/editor/install.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { CliWorkspace, processState, type StoredSessionWriter } from '../../rig/cli.ts';
import type { EventPanel } from '../../rig/editor/event-panel.ts';
import { type EditorWindow, INSTALL_MS, usePackedExtension } from './editor-window.ts';

const USAGE = { input: 100_000, output: 20_000, cache_read: 50_000, cache_write_5m: 0, cache_write_1h: 0 };

const openWindow = usePackedExtension();

describe.each(EDITOR_VERSIONS)('the event stream in VS Code %s', (version) => {
  let workspace: CliWorkspace;
  let agent: ReturnType<CliWorkspace['startSleeper']>;
  let session: StoredSessionWriter;
  let window: EditorWindow;
  let panel: EventPanel;

  beforeAll(async () => {
    workspace = new CliWorkspace();
    writeFileSync(join(workspace.path, 'a.ts'), Array.from({ length: 200 }, (_, i) => `line ${i + 1}\n`).join(''));
    workspace.writeRules(
      { name: 'budget', condition: 'cost_usd > 5', action: 'kill' },
      { name: 'look', condition: 'command matches "git push*"', action: 'alert' },
    );
    agent = workspace.startSleeper();
    session = workspace.session('0c7e91a2-one', agent.pid);
    session.append('user_prompt', { prompt: 'Mend the parser' });
    session.append('llm_response', { model: 'claude-sonnet-4-6', usage: USAGE });
    session.append('assistant_response', { text: 'I look at it first.' });
    const read = session.call('Read', { file_path: join(workspace.path, 'a.ts'), offset: 120, limit: 5 });
    const more = { parent_id: read.event_id, duration_ms: 1234 };
    session.append(
      'tool_result',
      { tool_name: 'Read', result: 'the text of a.ts', read: { start_line: 120, num_lines: 5 } },
      more,
    );
    window = await openWindow(workspace, { version });
    ({ panel } = window);
    await panel.open();
  }, INSTALL_MS);

  afterAll(async () => {
    await window?.close();
    await workspace?.dispose();
  });

  it('has a row for everything that happened, a call and its result in one', async () => {
    await panel.row('tool', 'Read', { status: 'completed', end: '1.2 s' });
    expect((await panel.rows()).map(({ kind, title, text }) => `${kind}: ${title} ${text}`)).toEqual([
      expect.stringMatching(/^session: Session started: test-agent/),
      'prompt: Prompt Mend the parser',
      expect.stringMatching(/^request: Request claude-sonnet-4-6 /),
      'response: Response I look at it first.',
      expect.stringMatching(/^tool: Read a\.ts/),
    ]);
  });

  it('follows what happens: running and finished calls, failures, files, decisions, rules and what came of them', async () => {
    const edit = session.call('Edit', { file_path: 'a.ts', old_string: 'line 7', new_string: 'line seven' });
    const running = await panel.row('tool', 'Edit', { status: 'running', icon: 'loading' });
    const clock = panel.element(running).locator('.elapsed');
    const first = await clock.innerText();
    await waitFor('the elapsed time to go on', async () => (await clock.innerText()) !== first);
    session.append('tool_result', { tool_name: 'Edit', patch: [{ start: 7, lines: 1 }] }, { parent_id: edit.event_id });
    await panel.row('tool', 'Edit', { status: 'completed' });

    session.finish('Bash', { command: 'npm test' }, 'two tests failed');
    await panel.row('tool', 'Bash npm test', { status: 'failed' });
    session.append('error', { message: 'the model is overloaded' });
    await panel.row('error', 'the model is overloaded');
    session.append('file_write', { file_path: 'notes.md' });
    await panel.row('file', 'notes.md');
    session.append('decision', { choice: 'regular expression', reason: 'it is short' });
    await panel.row('decision', 'regular expression');
    await window.workbench.statusBar.item(/calls/);
    session.finish('Bash', { command: 'git push' });
    await panel.row('rule', 'look', { end: 'alert' });
  });

  it('tells above it what the session costs and needs, how near the limits are, and who works for it', async () => {
    const child = workspace.session('0c7e91a2-one.helper');
    const meta = { session_id: child.id, started_at: Date.now() / 1000, parent_session_id: session.id };
    writeFileSync(join(child.folder, 'meta.json'), JSON.stringify({ ...meta, agent_name: 'Explore' }));
    child.call('Grep', { pattern: 'parse' });
    await panel.openHeader();
    await expect
      .poll(() => panel.header())
      .toMatchObject({
        cost: '$0.61',
        phase: 'Running',
        summary: expect.stringMatching(/^4 calls, 2 errors, /),
        facts: {
          Model: 'claude-sonnet-4-6',
          Files: '1 read, 2 modified',
          Tokens: '100k in, 20k out',
          Cache: '50k read, 0 written',
        },
        meters: [expect.stringMatching(/^Context: \d+ %$/), 'budget: $0.61 of $5.00'],
        subagents: [expect.anything()],
        controls: ['Pause', 'Kill'],
        reason: '',
      });
    const curve = panel.frame.locator('.curve-plot');
    expect(await curve.getAttribute('aria-label')).toMatch(/^Spend over time: \$0\.\d+ at .* to \$0\.61 at /);
    expect(await curve.locator('canvas').count()).toBe(1);
  });

  it('shows the session that is picked above it', async () => {
    await panel.frame.locator('.subagent').click();
    await panel.row('tool', 'Grep');
    await panel.headerWhen('the header of the subagent', ({ summary }) => summary.startsWith('1 call,'));
    const picker = panel.frame.getByRole('combobox', { name: 'Session' });
    expect((await picker.locator('option').allInnerTexts()).length).toBe(2);
    await picker.selectOption(session.id);
    await panel.row('rule', 'look');
  });

  it('shows only what is searched for, the kinds that are chosen, or errors', async () => {
    const all = await panel.total();
    await panel.search('a.ts');
    await panel.showsKinds('tool', 'tool');
    expect((await panel.rows()).map(({ title }) => title)).toEqual(['Read', 'Edit']);
    await panel.button('Clear filter').click();
    await panel.has(all);
    await panel.button('Errors only').click();
    await panel.showsKinds('tool', 'error');
    await panel.button('Errors only').click();
    await panel.button('Filter by kind').click();
    await panel.button('Prompts').click();
    await panel.button('Decisions').click();
    await panel.showsKinds('prompt', 'decision');
    session.append('user_prompt', { prompt: 'And the lexer' });
    session.append('assistant_response', { text: 'Yes.' });
    await panel.showsKinds('prompt', 'decision', 'prompt');
    await panel.button('Clear filter').click();
    await panel.has(all + 2);
    await panel.button('Filter by kind').click();
  });

  it('opens what a row is about: arguments, change, result, and the file at the lines', async () => {
    const edit = await panel.row('tool', 'Edit');
    await panel.element(edit).locator('.line').click();
    const change = panel.element(edit).locator('.detail');
    await change.locator('.diff-removed, .diff-old, .diff').first().waitFor();
    expect((await change.innerText()).replace(/\s+/g, ' ')).toContain('-line 7 +line seven');
    await panel.element(edit).locator('.line').click();

    const read = await panel.row('tool', 'Read');
    await panel.element(read).locator('.line').click();
    const detail = panel.element(read).locator('.detail');
    await detail.getByText('the text of a.ts').waitFor();
    expect((await detail.innerText()).replace(/\s+/g, ' ')).toMatch(
      /Arguments .*"offset": 120.* Result the text of a\.ts/,
    );
    await detail.getByRole('button', { name: 'Open a.ts:120' }).click();
    await waitFor('line 120 in the editor', async () => (await window.workbench.editor.text()).includes('line 120\n'));
    await panel.element(read).locator('.line').click();
  });

  it('stays at the end until one scrolls up, and goes back there on demand', async () => {
    const burst = (from: number) => {
      for (let n = from; n < from + 40; n++) session.append('assistant_response', { text: `thought ${n}` });
    };
    const jump = panel.frame.getByRole('button', { name: /Jump to live/ });
    // Where a row was opened the view stays, too.
    await jump.click();
    burst(1);
    await panel.row('response', 'thought 40');
    await waitFor('the end', () => panel.isAtEnd());
    expect(await jump.count()).toBe(0);
    await panel.wheel(-600);
    await jump.waitFor();
    // Browsers scroll by and by.
    let top = -1;
    await waitFor('the list to stand still', async () => {
      const before = top;
      top = await panel.stream.evaluate((list) => list.scrollTop);
      return top === before;
    });
    const before = await panel.rows();
    burst(41);
    await panel.frame.getByRole('button', { name: /Jump to live\s*40 new/ }).waitFor();
    expect((await panel.rows()).map(({ text }) => text)).toEqual(
      expect.arrayContaining(before.map(({ text }) => text)),
    );
    await jump.click();
    await panel.row('response', 'thought 80');
    await waitFor('the end', () => panel.isAtEnd());
    expect(await jump.count()).toBe(0);
  });

  it('stops, continues and ends the process of the agent', async () => {
    const isIn = (state: string) => waitFor(`state ${state}`, () => processState(agent.pid) === state);
    session.call('Bash', { command: 'sleep 100' });
    await panel.row('tool', 'sleep 100');
    await panel.button('Pause').click();
    await isIn('T');
    await panel.headerWhen(
      'the paused session',
      ({ phase, controls }) => phase === 'Paused' && controls[0] === 'Resume',
    );
    await panel.row('outcome', 'Pause', { status: 'completed' });
    await panel.button('Resume').click();
    await isIn('S');
    await panel.headerWhen('the active session', ({ phase }) => phase === 'Running');
    await panel.button('Kill').click();
    await window.workbench.notifications.answerDialog('Kill');
    await waitFor('the end of the agent', () => agent.exitCode !== null || agent.signalCode !== null);
    await panel.headerWhen('the end of the session', ({ controls, reason }) => controls.length === 0 && reason !== '');
    await panel.row('outcome', 'Kill');
  });

  it('shows calls that were never finished as interrupted', async () => {
    await panel.headerWhen('the interrupted session', ({ phase }) => phase === 'Interrupted');
    const call = await panel.row('tool', 'sleep 100', { status: 'interrupted' });
    expect(call).toMatchObject({ end: expect.stringContaining('interrupted') });
    expect(call.icon).not.toBe('loading');
  });
});
