import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Decision, Outcome } from '../../../core/common/protocol/alert.ts';
import { decodeHostMessage } from '../../../core/common/protocol/decode-panel.ts';
import type { PanelRow, RowFilter } from '../../../core/common/protocol/panel.ts';
import { encodeEvent, type TraceEvent } from '../../../core/common/trace/trace-event.ts';
import { NO_FILTER } from '../../../core/common/view/panel-filter.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { EventMaker } from '../../rig/events.ts';
import { followed, PanelPage, WrittenSession } from './panel-page.ts';

function open(written: WrittenSession, filter?: RowFilter): PanelPage {
  const page = new PanelPage(written, filter);
  onTestFinished(() => page.session.close());
  page.session.attach();
  return page;
}

function titles(rows: readonly PanelRow[]): readonly string[] {
  return rows.map(({ title, text, status }) => [title, text, status].filter((part) => part).join(' '));
}

function decision(at: number, more: Partial<Decision> = {}): Decision {
  return {
    type: 'decision',
    decision_id: `session/budget/${at}`,
    session_id: 'session',
    event_id: 'c',
    rule: 'budget',
    action: 'kill',
    mode: 'enforce',
    at,
    message: 'cost_usd is $5.01, the rule allows $5.00',
    ...more,
  };
}

function outcome(at: number, result: Outcome['result']): Outcome {
  const { message: _, mode: __, ...rest } = decision(at);
  return { ...rest, type: 'outcome', action: 'pause', result, reason: 'SIGSTOP was not allowed', signalled: [] };
}

describe('PanelSession', () => {
  it('shows one row a thing: what happened before it was opened, and what happens then', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    written.append(
      make.event('session_start', { agent: 'claude-code', cwd: '/work' }),
      make.event('user_prompt', { prompt: 'Fix it.' }),
      make.call('c', 'Read', { file_path: '/work/src/a.ts', offset: 20 }),
    );
    const page = open(written);
    expect(titles(await page.shown())).toEqual([
      'Session started: claude-code, /work',
      'Prompt Fix it.',
      'Read src/a.ts running',
    ]);
    written.append(make.result('c', { read: { start_line: 20, num_lines: 5 } }));
    written.append(make.event('assistant_response', { text: 'Done.' }));
    await waitFor('the new row', () => page.total === 4);
    await waitFor('the call to be over', () => page.known[2]?.status === 'completed');
    expect(page.known[2]).toEqual({
      id: 'c',
      kind: 'tool',
      at: 1_795_000_003,
      title: 'Read',
      text: 'src/a.ts',
      status: 'completed',
      durationMs: 1000,
      path: 'src/a.ts',
      line: 20,
    });
    expect(titles((await page.shown()).slice(3))).toEqual(['Response Done.']);
    // Every message is one that the page takes as it is.
    for (const message of page.messages) expect(decodeHostMessage(structuredClone(message))).toEqual(message);
  });

  it('tells the last rows along with their number: to a page that appears, and when few are new', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    const prompts = (count: number) => Array.from({ length: count }, () => make.event('user_prompt', { prompt: 'x' }));
    written.append(...prompts(60));
    const page = new PanelPage(written);
    onTestFinished(() => page.session.close());
    await page.session.settle();
    page.session.attach();
    const known = () => page.known.filter((row) => row !== undefined).length;
    expect([page.total, known()]).toEqual([60, 50]);
    written.append(...prompts(20));
    await waitFor('new rows', () => page.total === 80);
    expect(known()).toBe(70);
    written.append(...prompts(21));
    await waitFor('many new rows', () => page.total === 101);
    expect(known()).toBe(70);
    expect((await page.shown()).map(({ id }) => id)).toEqual(
      Array.from({ length: 101 }, (_, index) => `e${index + 1}`),
    );
  });

  it('shows a page that comes late, again, or after a change of filters what one shows that was there', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    const early = open(written);
    const again = open(written);
    for (let call = 0; call < 150; call++) {
      const at = 1_795_000_000 + call * 2;
      written.append(make.call(`c${call}`, 'Bash', { command: `echo ${call}` }));
      if (call % 3 > 0) written.append(make.result(`c${call}`));
      if (call % 5 === 0) written.alert(decision(at + 0.5, { decision_id: `${call}` }), outcome(at, 'done'));
      if (call % 40 === 0) await early.shown();
      if (call === 50) again.session.detach();
      if (call === 100) again.session.attach();
      if (call === 120) again.session.setFilter({ ...NO_FILTER, text: 'echo 1' });
    }
    again.session.setFilter(NO_FILTER);
    const shown = await early.shown();
    expect(shown.length).toBe(210);
    expect(await open(written).shown()).toEqual(shown);
    expect(await again.shown()).toEqual(shown);
  });

  it('shows what rules decided and what came of it, of this session only', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    const page = open(written);
    written.append(make.call('c', 'Bash', { command: 'rm -rf /' }), make.event('session_end', {}, { timestamp: 2e9 }));
    await page.shown();
    written.alert(decision(1_795_000_003), decision(1, { session_id: 'other' }), outcome(1_795_000_004, 'failed'));
    await waitFor('the alerts', () => page.total === 4);
    expect(await page.shown()).toMatchObject([
      { kind: 'tool', status: 'interrupted' },
      { kind: 'rule', title: 'budget', action: 'kill', id: 'alert@0' },
      { kind: 'outcome', title: 'Pause', action: 'pause', status: 'failed' },
      { kind: 'session' },
    ]);
    expect(page.session.detail('alert@0')?.sections[0]).toMatchObject({ text: decision(1).message });
  });

  it('makes room for what happened before rows that the page has, be they few or many', async () => {
    for (const count of [5, 700]) {
      const written = new WrittenSession();
      const make = new EventMaker();
      const early = make.call('c', 'Bash', {});
      written.append(early, ...Array.from({ length: count }, () => make.event('decision', { choice: 'x' })));
      const page = open(written);
      expect((await page.shown()).length).toBe(count + 1);
      const resets = page.types().filter((type) => type === 'reset').length;
      written.alert(decision(early.timestamp));
      await waitFor('the alert', () => page.total === count + 2);
      const shown = await page.shown();
      expect(shown.slice(0, 3).map(({ kind }) => kind)).toEqual(['tool', 'rule', 'decision']);
      expect(shown).toEqual(await open(written).shown());
      expect(page.types().filter((type) => type === 'reset').length - resets).toBe(count > 500 ? 1 : 0);
    }
  });

  it('shows running calls as interrupted once the process is gone', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    written.append(make.call('a', 'Bash', {}), make.call('b', 'Bash', {}), make.result('b'));
    const page = open(written);
    expect((await page.shown()).map(({ status }) => status)).toEqual(['running', 'completed']);
    page.session.setOver(true);
    await waitFor('the change to be told', () => page.known[0]?.status === 'interrupted');
    expect(page.known[1]?.status).toBe('completed');
  });

  it.each<[string, RowFilter, readonly string[]]>([
    ['kinds', { ...NO_FILTER, kinds: ['prompt', 'error'] }, ['e1', 'x']],
    ['errors', { ...NO_FILTER, errorsOnly: true }, ['b', 'x']],
    ['text in a title', { ...NO_FILTER, text: 'eDiT' }, ['c']],
    ['text in a path', { ...NO_FILTER, text: 'SRC/' }, ['c', 'd']],
    ['text and kinds', { ...NO_FILTER, text: 'build', kinds: ['tool'] }, ['a', 'b']],
    ['everything', { kinds: ['tool'], text: 'build', errorsOnly: true }, ['b']],
    ['nothing that there is', { ...NO_FILTER, text: 'absent' }, []],
  ])('filters by %s, as well while the session grows', async (_, filter, ids) => {
    const make = new EventMaker();
    const events = [
      make.event('user_prompt', { prompt: 'Build it' }),
      make.call('a', 'Bash', { command: 'npm run build' }),
      make.call('b', 'Bash', { command: 'npm run build -- --all' }),
      make.call('c', 'Edit', { file_path: 'src/b.ts' }),
      make.event('error', { error: 'rate limit' }, { event_id: 'x' }),
      make.failure('b'),
      make.call('d', 'Read', { file_path: 'src/b.ts' }),
    ];
    const before = new WrittenSession();
    before.append(...events);
    const filtered = open(before);
    await filtered.shown();
    filtered.session.setFilter(filter);
    expect((await filtered.shown()).map(({ id }) => id)).toEqual(ids);
    expect(filtered.filter).toEqual(filter);
    const growing = new WrittenSession();
    const page = open(growing, filter);
    for (const event of events) {
      growing.append(event);
      await page.session.settle();
    }
    expect(await page.shown()).toEqual(await filtered.shown());
  });

  it('takes a row out whose text does not match any more', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    written.append(make.response('m', { output: 1000 }), make.event('user_prompt', { prompt: '1.0k out' }));
    const page = open(written, { ...NO_FILTER, text: '1.0k out' });
    expect((await page.shown()).map(({ kind }) => kind)).toEqual(['request', 'prompt']);
    written.append(make.response('m', { output: 2000 }));
    await waitFor('the row to be gone', () => page.total === 1);
    expect((await page.shown()).map(({ kind }) => kind)).toEqual(['prompt']);
  });

  it.each<[string, (written: WrittenSession, events: readonly TraceEvent[]) => void]>([
    [
      'truncated and written again',
      ({ events: path }, events) => {
        truncateSync(path, 0);
        writeFileSync(path, events.map(encodeEvent).join(''));
      },
    ],
    [
      'replaced',
      (written, events) => {
        writeFileSync(`${written.events}.new`, events.map(encodeEvent).join(''));
        renameSync(`${written.events}.new`, written.events);
      },
    ],
    [
      'removed and made anew',
      (written, events) => {
        rmSync(written.events);
        written.replace(...events);
      },
    ],
    [
      'removed with its folder',
      (written, events) => {
        rmSync(written.folder, { recursive: true });
        mkdirSync(written.folder);
        written.replace(...events);
      },
    ],
  ])('shows what the file holds when it was %s', async (_, change) => {
    const written = new WrittenSession();
    const make = new EventMaker();
    const first = [make.call('a', 'Bash', { command: 'first' }), make.call('b', 'Bash', {}), make.result('b')];
    written.append(...first);
    const page = open(written);
    await page.shown();
    change(written, [make.event('user_prompt', { prompt: 'x'.repeat(700) }), make.call('b', 'Read', {})]);
    await page.session.look();
    const shown = await page.shown();
    expect(shown.map(({ id, kind, status }) => [id, kind, status])).toEqual([
      ['e4', 'prompt', undefined],
      ['b', 'tool', 'running'],
    ]);
    expect(await open(written).shown()).toEqual(shown);
    written.append(make.result('b'));
    await waitFor('the file to be followed', () => page.known[1]?.status === 'completed');
  });

  it('shows nothing while a link or a folder stands in the place of the file', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    written.append(make.call('a', 'Bash', {}));
    const page = open(written);
    expect((await page.shown()).length).toBe(1);
    renameSync(written.events, `${written.events}.elsewhere`);
    symlinkSync(`${written.events}.elsewhere`, written.events);
    await page.session.look();
    expect(await page.shown()).toEqual([]);
  });

  it('never shows another event under the id of one that is gone from its place', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    const padding = make.event('user_prompt', { prompt: 'x'.repeat(400) });
    const call = make.call('aa', 'Bash', { command: 'echo 1' });
    written.append(padding, call, padding);
    const page = open(written);
    await page.shown();
    // As long as before, and the same at both ends: not to be told from the file that was read.
    written.replace(padding, { ...call, event_id: 'bb' }, padding);
    await page.session.settle();
    expect(page.session.read(0, 3)[1]).toMatchObject({ id: 'aa', title: 'Unreadable', status: 'running' });
    expect(page.session.detail('aa')).toEqual({ id: 'aa', sections: [], hasFile: false });
    expect(page.session.target('aa')).toBeUndefined();
  });

  it('answers a request of an older generation with nothing', async () => {
    const written = new WrittenSession();
    written.append(new EventMaker().call('a', 'Bash', {}));
    const page = open(written);
    await page.shown();
    page.messages.length = 0;
    page.session.sendRows(page.generation - 1, 0, 1);
    page.session.sendRows(page.generation, 5, 9);
    expect(page.messages).toEqual([]);
  });

  it('opens a row to its arguments, its result and its change', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    written.append(
      make.call('a', 'Bash', { command: 'npm test\nnpm run lint', timeout: 5 }),
      make.result('a', { result: 'ok\n\u001b[31mred' }),
      make.call('b', 'Edit', { file_path: '/x/a.ts', old_string: 'one\ntwo', new_string: 'three' }),
      make.failure('b', 'String not found'),
      make.event('user_prompt', { prompt: 'x'.repeat(70_000) }, { event_id: 'p' }),
    );
    const page = open(written);
    await page.shown();
    expect(page.session.detail('a')).toEqual({
      id: 'a',
      hasFile: false,
      sections: [
        { title: 'Command', format: 'command', text: 'npm test\nnpm run lint', omittedCharacters: 0 },
        { title: 'Arguments', format: 'json', text: '{\n  "timeout": 5\n}', omittedCharacters: 0 },
        { title: 'Result', format: 'text', text: 'ok\n␛[31mred', omittedCharacters: 0 },
      ],
    });
    expect(page.session.detail('b')).toMatchObject({
      hasFile: true,
      sections: [
        { title: 'Change', format: 'diff', text: '-one\n-two\n+three' },
        { title: 'Arguments', text: '{\n  "file_path": "/x/a.ts"\n}' },
        { title: 'Error', text: 'String not found' },
      ],
    });
    expect(page.session.detail('p')?.sections[0]).toMatchObject({ omittedCharacters: 70_000 - 64 * 1024 });
    expect(page.session.detail('absent')).toBeUndefined();
    expect(page.session.target('b')).toEqual({ path: '/x/a.ts', line: undefined });
  });

  it('gives the page no text that moves, hides or reorders anything', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    const evil = '\u001b]8;;x\u0007<img src=x onerror=alert(1)>\u202egnp.exe\u200b\ud800\n$(rm)';
    written.append(
      make.event('session_start', { agent: evil, cwd: evil }),
      make.event('user_prompt', { prompt: evil }),
      make.call('a', evil, { [evil]: evil, file_path: evil }),
      make.failure('a', evil),
      make.call('b', 'Read', { file_path: evil }),
    );
    written.alert(decision(1, { rule: evil, message: evil }));
    const page = open(written);
    const rows = (await page.shown()).flatMap((row) => [row.title, row.text, row.path ?? '']);
    const ids = ['a', 'b', 'e1', 'e2', 'alert@0'];
    const details = ids.flatMap((id) => page.session.detail(id)?.sections ?? []).map(({ text }) => text);
    expect(rows.length + details.length).toBe(5 * 3 + 7);
    for (const text of rows) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    for (const text of details) expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
  });

  it('reveals an event, also by the id of its result, and drops a filter that hides it', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    written.append(make.event('user_prompt', { prompt: 'go' }), make.call('a', 'Bash', {}), make.failure('a'));
    const page = open(written, { ...NO_FILTER, kinds: ['prompt'] });
    expect((await page.shown()).length).toBe(1);
    expect(await page.session.reveal('a.result')).toBe(true);
    expect(page.filter).toEqual(NO_FILTER);
    expect(page.messages.at(-1)).toEqual({ type: 'reveal', generation: page.generation, position: 1, id: 'a' });
    expect(await page.session.reveal('absent')).toBe(false);
    await page.session.locate('a');
    expect(page.messages.at(-1)).toMatchObject({ type: 'reveal', position: 1 });
    page.messages.length = 0;
    page.session.setFilter({ ...NO_FILTER, kinds: ['prompt'] });
    await page.session.locate('a');
    expect(page.types()).not.toContain('reveal');
  });

  it('says in few messages that much has come, and sets no timer when nothing comes', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    const page = open(written);
    await page.shown();
    page.messages.length = 0;
    for (let count = 0; count < 3000; count++) written.append(make.event('decision', { choice: `${count}` }));
    await waitFor('all rows', () => page.total === 3000);
    expect(page.types().filter((type) => type !== 'grown')).toEqual([]);
    expect(page.messages.length).toBeLessThan(300);
    await waitFor('the timers to be gone', () => !process.getActiveResourcesInfo().includes('Immediate'));
  });

  it('draws what was spent over time', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    const page = open(written);
    for (let request = 0; request < 1000; request++) written.append(make.response(`m${request}`, { output: 1000 }));
    await page.shown();
    const { curve } = page.session;
    expect(curve.length).toBeLessThanOrEqual(200);
    expect(curve.length).toBeGreaterThan(90);
    expect(curve.at(-1)).toEqual([1_795_001_000, expect.closeTo(15, 6)]);
    const late = open(written);
    await late.shown();
    expect(late.session.curve).toEqual(curve);
  });

  it.each(['alone', 'along with the model'])(
    'shows the same whenever it read, %s, however the events came',
    async (how) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.constantFrom(...FILTERS), async (steps, filter) => {
          const written = new WrittenSession();
          const model = how === 'alone' ? undefined : followed(written);
          const page = new PanelPage(written, filter, undefined, model && ((receiver) => model.readAlong(receiver)));
          const make = new EventMaker();
          page.session.attach();
          try {
            for (const each of steps) await take(each, written, page, make);
            const shown = await page.shown();
            const late = new PanelPage(written, filter);
            late.session.attach();
            const expected = await late.shown();
            late.session.close();
            expect(shown).toEqual(expected);
          } finally {
            page.session.close();
            model?.close();
          }
        }),
        { numRuns: 60 },
      );
    },
  );
});

const FILTERS: readonly RowFilter[] = [
  NO_FILTER,
  { ...NO_FILTER, errorsOnly: true },
  { ...NO_FILTER, kinds: ['tool', 'rule'] },
  { ...NO_FILTER, text: 'tokens' },
  { ...NO_FILTER, text: 'b', errorsOnly: true },
];

type Step =
  | { readonly do: 'read' | 'look' | 'end' | 'replace' | 'start' }
  | { readonly do: 'call' | 'result' | 'unlinked' | 'error' | 'alert' | 'usage'; readonly id: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('call', 'result'), id: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('unlinked', 'error', 'alert', 'usage'), id: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('read', 'look') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('end', 'replace', 'start') }) },
) as fc.Arbitrary<Step>;

async function take(each: Step, written: WrittenSession, page: PanelPage, make: EventMaker): Promise<void> {
  switch (each.do) {
    case 'read':
      page.fetch(0, page.total);
      return;
    case 'look':
      await page.session.look();
      return;
    case 'start':
      written.append(make.event('session_start', { cwd: '/work' }));
      return;
    case 'end':
      written.append(make.event('session_end'));
      return;
    case 'replace':
      written.replace(make.event('user_prompt', { prompt: 'anew' }));
      return;
    case 'call':
      written.append(make.call(`c${each.id}`, each.id % 2 ? 'Read' : 'Bash', { file_path: `/work/b${each.id}` }));
      return;
    case 'result':
      written.append(make.result(`c${each.id}`));
      return;
    case 'unlinked':
      written.append(make.event('tool_result', { tool_name: 'Read' }));
      return;
    case 'error':
      written.append(make.failure(`c${each.id}`));
      return;
    case 'usage':
      written.append(make.response(`m${each.id % 2}`, { input: 5, output: each.id * 1000 }));
      return;
    case 'alert':
      written.alert(decision(1_795_000_000 + each.id * 4));
      return;
    default:
      each satisfies never;
  }
}
