import { describe, expect, it, onTestFinished } from 'vitest';
import { genaiPriceBook } from '../../../core/common/cost/genai-price-book.ts';
import type { Alert } from '../../../core/common/protocol/alert.ts';
import type { HostMessage } from '../../../core/common/protocol/panel.ts';
import { NO_FILTER } from '../../../core/common/view/panel-filter.ts';
import { findSessionEnd } from '../../../core/node/sessions/session-end.ts';
import { OpenedSession } from '../../../extension/panel/opened-session.ts';
import { waitFor } from '../../../scripts/wait-for.ts';
import { EventMaker } from '../../rig/events.ts';
import { PanelPage, WrittenSession } from './panel-page.ts';

const PROMPT = 'x'.repeat(4000);
const COUNT = 1000;

/** A session of some 4 MB: prompts, and at its end a call of which the result comes last. */
function longSession(): { readonly written: WrittenSession; readonly make: EventMaker } {
  const written = new WrittenSession();
  const make = new EventMaker();
  const start = make.event('session_start', { agent: 'claude-code', cwd: '/work' });
  const prompts = Array.from({ length: COUNT }, (_, index) =>
    make.event('user_prompt', { prompt: `${index} ${PROMPT}` }),
  );
  written.append(start, ...prompts, make.call('c', 'Read', { file_path: '/work/a.ts' }), make.result('c'));
  return { written, make };
}

function alertAt(at: number, rule: string): Alert {
  const about = {
    session_id: 'session',
    event_id: 'c',
    rule,
    action: 'alert',
    mode: 'enforce',
    message: 'because',
  } as const;
  return { type: 'decision', decision_id: `session/${rule}`, at, ...about };
}

/** What a page is told of a session that it opens. */
function opened(written: WrittenSession): {
  readonly session: OpenedSession;
  readonly told: HostMessage[];
  whole: boolean;
} {
  const told: HostMessage[] = [];
  const page = { told, whole: false } as { session: OpenedSession; told: HostMessage[]; whole: boolean };
  page.session = new OpenedSession({
    store: written.store,
    sessionId: written.id,
    prices: genaiPriceBook(),
    filter: NO_FILTER,
    generation: 7,
    post: (message) => told.push(message),
    onIssue: () => {},
    onWhole: () => {
      page.whole = true;
    },
  });
  onTestFinished(() => page.session.close());
  page.session.attach();
  return page;
}

describe('the end of a long session', () => {
  it('has the last rows as all of them have, and those that come then', async () => {
    const { written, make } = longSession();
    const last = new PanelPage(written, NO_FILTER, findSessionEnd(written.store, written.id));
    const all = new PanelPage(written);
    for (const page of [last, all]) {
      onTestFinished(() => page.session.close());
      page.session.attach();
    }
    const shown = await last.shown();
    expect(shown.length).toBeGreaterThan(100);
    expect(shown.length).toBeLessThan(COUNT / 2);
    expect(shown).toEqual((await all.shown()).slice(-shown.length));
    expect(shown.at(-1)).toMatchObject({ title: 'Read', path: 'a.ts', status: 'completed' });
    written.append(make.event('assistant_response', { text: 'Done.' }));
    await waitFor('the new row', () => last.total === shown.length + 1);
  });

  it('has the alerts since then, and none from before', async () => {
    const { written } = longSession();
    written.alert(alertAt(1_795_000_001, 'early'), alertAt(1_795_000_000 + COUNT, 'late'));
    const last = new PanelPage(written, NO_FILTER, findSessionEnd(written.store, written.id));
    onTestFinished(() => last.session.close());
    last.session.attach();
    expect((await last.shown()).filter(({ kind }) => kind === 'rule').map(({ title }) => title)).toEqual(['late']);
  });

  it('is none of a session that is as soon read whole', () => {
    const written = new WrittenSession();
    written.append(new EventMaker().event('session_start'));
    expect(findSessionEnd(written.store, written.id)).toBeUndefined();
  });
});

describe('a long session that is opened', () => {
  it('shows its end until all has been read, and then all in its place', async () => {
    const { written } = longSession();
    const page = opened(written);
    expect(page.session.readShare).toBe(0);
    await page.session.look();
    expect(page.whole).toBe(false);
    expect(page.session.detail('c')?.sections.length).toBeGreaterThan(0);
    expect(page.session.detail('e2')).toBeUndefined();
    expect(page.session.curve).toEqual([]);
    await waitFor('all rows', () => page.whole);
    expect(page.session.readShare).toBe(1);
    expect(page.session.detail('e2')).toBeDefined();
    const resets = page.told.filter((message) => message.type === 'reset');
    expect(resets.length).toBe(2);
    expect(resets[1]).toMatchObject({ total: COUNT + 2 });
    expect(resets[1]?.generation).toBeGreaterThan(resets[0]?.generation ?? 0);
    expect(page.session.lastGeneration).toBe(resets[1]?.generation);
  });

  it('reveals a row of its beginning once that has been read, and one of its end at once', async () => {
    const page = opened(longSession().written);
    expect(await page.session.reveal('c')).toBe(true);
    expect(page.whole).toBe(false);
    expect(await page.session.reveal('e2')).toBe(true);
    expect(page.told.at(-1)).toMatchObject({ type: 'reveal', position: 1, id: 'e2' });
    expect(await page.session.reveal('nothing')).toBe(false);
  });

  it('keeps the filter', async () => {
    const page = opened(longSession().written);
    page.session.setFilter({ ...NO_FILTER, kinds: ['tool'] });
    await waitFor('all rows', () => page.whole);
    expect(page.told.findLast((message) => message.type === 'reset')).toMatchObject({ total: 1 });
  });

  it('says nothing to a page that is gone, and all to one that comes later', async () => {
    const page = opened(longSession().written);
    page.session.detach();
    const before = page.told.length;
    await waitFor('all rows', () => page.whole);
    expect(page.told.length).toBe(before);
    page.session.attach();
    expect(page.told.at(-1)).toMatchObject({ type: 'reset', total: COUNT + 2 });
  });
});

describe('a short session that is opened', () => {
  it('is shown whole from the beginning, its rows with the first news of it', async () => {
    const written = new WrittenSession();
    const make = new EventMaker();
    written.append(make.event('session_start'), make.event('user_prompt', { prompt: 'Fix it.' }));
    const page = opened(written);
    await page.session.settled();
    expect(page.session.readShare).toBe(1);
    expect(page.told).toMatchObject([{ type: 'reset', total: 2, rows: [{ kind: 'session' }, { kind: 'prompt' }] }]);
  });
});
