import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PriceBook } from '../../../../core/common/cost/cost.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import type { SessionState } from '../../../../core/common/session/session-state.ts';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { randomRuns } from '../../../rig/random-runs.ts';

/** Whole micro-dollars by token, nothing for a model without a price. */
const PRICES: PriceBook = {
  price: (model, usage) => (model === 'priceless' ? undefined : 3 * usage.input + 15 * usage.output),
  contextWindow: () => 200_000,
};

/** What an agent does, before it has become events. */
type Deed =
  | { readonly do: 'prompt' | 'end' }
  | { readonly do: 'read' | 'write' | 'run'; readonly what: number; readonly ends: 'well' | 'badly' | 'never' }
  | { readonly do: 'ask'; readonly model: string; readonly outputs: readonly number[] };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constantFrom('prompt' as const, 'end' as const) }),
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('read' as const, 'write' as const, 'run' as const),
      what: fc.nat(5),
      ends: fc.constantFrom('well' as const, 'badly' as const, 'never' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      model: fc.constantFrom('cheap', 'dear', 'priceless'),
      outputs: fc.array(fc.nat(5000), { minLength: 1, maxLength: 4 }),
    }),
  },
);

function eventsOf(deeds: readonly Deed[]): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  const add = (event_type: TraceEvent['event_type'], event_id: string, data: TraceEvent['data'], parent_id?: string) =>
    events.push({
      event_type,
      event_id,
      timestamp: 1_795_000_000 + events.length,
      session_id: 'session',
      ...(parent_id === undefined ? {} : { parent_id }),
      data,
    });
  add('session_start', 'start', { agent: 'claude-code', cwd: '/work', model: 'cheap' });
  for (const [at, one] of deeds.entries()) {
    const id = `e${at}`;
    switch (one.do) {
      case 'prompt':
        add('user_prompt', id, { prompt: 'go on' });
        break;
      case 'end':
        add('session_end', id, {});
        break;
      case 'ask':
        for (const output of one.outputs)
          add('llm_response', id, { model: one.model, usage: { input: 1000 + at, output } });
        break;
      default: {
        const tool = { read: 'Read', write: 'Write', run: 'Bash' }[one.do];
        const args = one.do === 'run' ? { command: `make ${one.what}` } : { file_path: `/work/f${one.what}` };
        add('tool_call', id, { tool_name: tool, arguments: args });
        if (one.ends === 'well') add('tool_result', `${id}r`, { result: '' }, id);
        if (one.ends === 'badly') add('error', `${id}r`, { error: 'no' }, id);
      }
    }
  }
  return events;
}

function fold(events: readonly TraceEvent[]): SessionState {
  const session = new SessionFold('session', PRICES);
  for (const event of events) session.apply(event);
  return session.state;
}

/** What must be so after these deeds, found without a fold. */
function expected(deeds: readonly Deed[]) {
  const calls = deeds.flatMap((one, at) => ('ends' in one ? [{ ...one, at }] : []));
  const asked = deeds.flatMap((one, at) =>
    one.do === 'ask' ? [{ ...one, at, output: Math.max(...one.outputs) }] : [],
  );
  const priced = asked.filter(({ model }) => model !== 'priceless');
  const lastEnd = deeds.findLastIndex((one) => one.do === 'end');
  const after = deeds.slice(lastEnd + 1);
  const touched = (kind: string) =>
    new Set(calls.filter((call) => call.do === kind && call.ends === 'well').map(({ what }) => what)).size;
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const spent = sum(priced.map(({ at, output }) => 3 * (1000 + at) + 15 * output));
  const didThings = calls.length > 0;
  return {
    prompts: deeds.filter((one) => one.do === 'prompt').length,
    toolCalls: calls.length,
    errors: calls.filter(({ ends }) => ends === 'badly').length,
    requests: asked.length,
    input: sum(asked.map(({ at }) => 1000 + at)),
    output: sum(asked.map(({ output }) => output)),
    microUsd: priced.length === 0 && (asked.length > 0 || didThings) ? null : spent,
    kind: priced.length < asked.length || (asked.length === 0 && didThings) ? 'unpriced' : 'known',
    filesRead: touched('read'),
    filesModified: touched('write'),
    running: calls.filter(({ at, ends }) => ends === 'never' && at > lastEnd).map(({ at }) => `e${at}`),
    hasEnded: lastEnd >= 0 && !after.some((one) => one.do === 'prompt' || 'ends' in one),
  };
}

function summary(state: SessionState) {
  return { ...sums(state), running: [...state.running.keys()], hasEnded: state.endedAt !== undefined };
}

/** What does not depend on the order of events. */
function sums(state: SessionState) {
  return {
    prompts: state.prompts,
    toolCalls: state.toolCalls,
    errors: state.errors,
    requests: state.requests,
    input: state.usage.input,
    output: state.usage.output,
    microUsd: state.cost.microUsd,
    kind: state.cost.kind,
    filesRead: state.filesRead,
    filesModified: state.filesModified,
  };
}

const deeds = fc.array(deed, { maxLength: 25 });
const places = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 30 });

describe('the state of a session', () => {
  it('has the cost of other prices, once they hold, as if they had held all along', () => {
    const later: PriceBook = { ...PRICES, price: (model, usage) => (model === 'dear' ? undefined : 7 * usage.output) };
    fc.assert(
      fc.property(deeds, (done) => {
        let now = PRICES;
        const repriced = new SessionFold('session', { ...PRICES, price: (...of) => now.price(...of) });
        const fresh = new SessionFold('session', later);
        for (const event of eventsOf(done)) {
          repriced.apply(event);
          fresh.apply(event);
        }
        now = later;
        repriced.reprice();
        const figures = ({ state, requests }: SessionFold) => ({
          ...sums(state),
          cost: { ...state.cost, unpricedModels: state.cost.unpricedModels.toSorted() },
          recent: state.recentMicroUsd.last(3600, state.lastEventAt ?? 0),
          requests: [...requests.values()],
        });
        expect(figures(repriced)).toEqual(figures(fresh));
      }),
      randomRuns(200),
    );
  });

  it('is what its deeds add up to', () => {
    fc.assert(
      fc.property(deeds, (done) => {
        expect(summary(fold(eventsOf(done)))).toEqual(expected(done));
      }),
      randomRuns(5000),
    );
  });

  it('is the same when events come again, one by one or a whole file, and when the file is cut short and read anew', () => {
    fc.assert(
      fc.property(deeds, places, (done, repeats) => {
        const events = eventsOf(done);
        const told: TraceEvent[] = [];
        for (const [at, event] of events.entries()) {
          told.push(event);
          for (const [place, from] of repeats) {
            // Again: everything from some earlier event up to here.
            if (place % events.length === at) told.push(...events.slice(from % (at + 1), at + 1));
          }
        }
        expect(plain(fold(told))).toEqual(plain(fold(events)));
      }),
      randomRuns(5000),
    );
  });

  it('has the same counts and the same money in whatever order events come', () => {
    fc.assert(
      fc.property(deeds, fc.infiniteStream(fc.nat()), (done, order) => {
        const events = eventsOf(done);
        const mixed = events
          .slice(1)
          .map((event) => ({ event, key: order.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event);
        const { filesRead: _, filesModified: __, ...inOrder } = sums(fold(events));
        expect(sums(fold([events[0] as TraceEvent, ...mixed]))).toMatchObject(inOrder);
      }),
      randomRuns(5000),
    );
  });

  it('has no number that is none, and no negative count, whatever stands in the events', () => {
    const number = fc.oneof(
      fc.double(),
      fc.constantFrom<unknown>(-1, 1e308, Number.MAX_SAFE_INTEGER + 2, 2 ** 63, '7', null, [], {}),
    );
    const usage = fc.dictionary(
      fc.constantFrom('input', 'output', 'cache_read', 'cache_write_1h', '__proto__'),
      number,
    );
    const response = fc.record({
      id: fc.constantFrom('a', 'b'),
      usage,
      at: fc.double({ noNaN: true, noDefaultInfinity: true }),
    });
    fc.assert(
      fc.property(fc.array(response, { minLength: 1, maxLength: 12 }), (responses) => {
        const state = fold(
          responses.map(({ id, usage, at }) => ({
            event_type: 'llm_response',
            event_id: id,
            timestamp: at,
            session_id: 'session',
            data: { model: 'cheap', usage },
          })),
        );
        const numbers = [...Object.values(state.usage), state.cost.microUsd ?? 0, state.contextPct ?? 0];
        for (const value of numbers) expect(Number.isFinite(value) && value >= 0, `${value}`).toBe(true);
      }),
      randomRuns(5000),
    );
  });
});

/** Without what is there to be asked only. */
function plain({ recentCalls, recentMicroUsd, ...state }: SessionState) {
  const now = state.lastEventAt ?? 0;
  return { ...state, calls: recentCalls.last(60, now), spent: recentMicroUsd.last(60, now) };
}
