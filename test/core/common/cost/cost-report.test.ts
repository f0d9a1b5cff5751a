import { describe, expect, it } from 'vitest';
import { type CostReport, costReport } from '../../../../core/common/cost/cost-report.ts';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { SessionCost } from '../../../../core/common/cost/session-cost.ts';
import { storeCost } from '../../../../core/common/cost/store-cost.ts';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { EventMaker } from '../../../rig/events.ts';

const prices = genaiPriceBook();

function costOf(id: string, events: readonly TraceEvent[]): SessionCost {
  const cost = new SessionCost(id, prices);
  for (const event of events) cost.apply(event);
  return cost;
}

function report(events: readonly TraceEvent[], subagents: readonly SessionCost[] = []): CostReport {
  return costReport(costOf('s', events), subagents, prices);
}

const OPUS = 'claude-opus-4-8';

describe('costReport', () => {
  it('gives money to the prompt that was answered, whenever its usage was recorded', () => {
    const make = new EventMaker('s');
    const first = make.event('user_prompt', { prompt: 'one' });
    const answer = make.response('r1', { output: 40_000 }, OPUS);
    const second = make.event('user_prompt', { prompt: 'two' });
    const late = make.response('r2', { output: 80_000 }, OPUS);
    const { phases, usd } = report([first, second, answer, late]);
    expect(usd).toBe(3);
    expect(phases.map(({ prompt, usd: spent }) => [prompt, spent])).toEqual([
      ['one', 1],
      ['two', 2],
    ]);
  });

  it('counts a request that a subagent repeats once, for the session', () => {
    const own = new EventMaker('s').response('r1', { output: 40_000 }, OPUS);
    const make = new EventMaker('s.a');
    const sub = costOf('s.a', [
      make.event('session_start', { agent: 'Explore' }),
      make.response('r1', { output: 40_000 }, OPUS),
      make.response('r2', { output: 1000 }, 'claude-haiku-4-5'),
    ]);
    const found = report([own], [sub]);
    expect(found).toMatchObject({ usd: 1.005, own_usd: 1, requests: 2, kind: 'known' });
    expect(found.sessions).toMatchObject([{ session_id: 's.a', agent: 'Explore', usd: 0.005 }]);
    expect(found.models.map(({ model, usd }) => [model, usd])).toEqual([
      [OPUS, 1],
      ['claude-haiku-4-5', 0.005],
    ]);
  });

  it('says what the cache saved, and what it cost where nothing was read', () => {
    const make = new EventMaker('s');
    const saved = report([make.response('r1', { cache_read: 1_000_000, output: 0 }, OPUS)]);
    expect(saved.cache).toEqual({ saved_usd: 4.5, read_share: 1 });
    const lost = report([make.response('r2', { cache_write_1h: 1_000_000, output: 0 }, OPUS)]);
    expect(lost.cache.saved_usd).toBe(-5);
  });

  it('counts of a request with two calls, one of which failed, one half as wasted', () => {
    const make = new EventMaker('s');
    const { failed_calls, largest } = report([
      make.response('r1', { output: 40_000 }, OPUS),
      make.call('c1', 'Bash', { command: 'npm test' }),
      make.call('c2', 'Read', { file_path: 'a.ts' }),
      make.failure('c1'),
      make.result('c2'),
      make.response('r2', { output: 20_000 }, OPUS),
    ]);
    expect(failed_calls).toEqual({ calls: 1, usd: 0.5 });
    expect(largest.map(({ usd, asked_for }) => [usd, asked_for])).toEqual([
      [1, 'Bash npm test, Read a.ts'],
      [0.5, ''],
    ]);
  });

  it('names a model without a price, and never takes it for free', () => {
    const make = new EventMaker('s');
    const nothing = report([make.response('r1', { output: 9 }, 'nonesuch-1')]);
    expect(nothing).toMatchObject({ usd: null, kind: 'unpriced', unpriced_models: ['nonesuch-1'] });
    const part = report([
      make.response('r1', { output: 9 }, 'nonesuch-1'),
      make.response('r2', { output: 40_000 }, OPUS),
    ]);
    expect(part).toMatchObject({ usd: 1, kind: 'unpriced', unpriced_models: ['nonesuch-1'] });
  });

  it("takes the agent's own figure from wherever it stands, the latest", () => {
    const make = new EventMaker('s');
    const figure = (usd: number) => make.event('decision', { choice: 'cost', reported_usd: usd });
    expect(report([figure(0.5), figure(0.75)]).reported_usd).toBe(0.75);
    expect(report([make.event('user_prompt')]).reported_usd).toBeNull();
  });

  it('leaves out what the transcript of a fork tells of before it', () => {
    const make = new EventMaker('s');
    const copied = make.response('r1', { output: 40_000 }, OPUS);
    const start = make.event('session_start', { agent: 'claude-code', source: 'fork' });
    const own = make.response('r2', { output: 20_000 }, OPUS);
    expect(report([start, copied, own]).usd).toBe(0.5);
    const resumed = { ...start, data: { agent: 'claude-code', source: 'resume' } };
    expect(report([resumed, copied, own]).usd).toBe(1.5);
  });
});

describe('storeCost', () => {
  it('counts a request that two sessions report in the older one, and money on its own day', () => {
    const day = (at: number) => (at < 1_795_000_003 ? 'monday' : 'tuesday');
    const make = new EventMaker('s');
    const first = costOf('a', [make.response('r1', { output: 40_000 }, OPUS)]);
    const sub = costOf('a.x', [make.response('r2', { output: 20_000 }, OPUS)]);
    const copy = costOf('b', [
      { ...make.response('r1', { output: 40_000 }, OPUS), timestamp: 1_795_000_001 },
      make.response('r3', { output: 4000 }, OPUS),
    ]);
    const whole = storeCost([first, sub, copy], day, (id) => id.replace(/\..*/, ''));
    expect(whole.usd).toBe(1.6);
    expect(whole.sessions.map(({ session_id, usd }) => [session_id, usd])).toEqual([
      ['b', 0.1],
      ['a', 1.5],
    ]);
    expect(whole.days.map(({ day: name, usd }) => [name, usd])).toEqual([
      ['tuesday', 0.1],
      ['monday', 1.5],
    ]);
  });
});
