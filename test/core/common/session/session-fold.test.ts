import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { EventMaker } from '../../../rig/events.ts';

function fold(...events: readonly TraceEvent[]) {
  const session = new SessionFold('session', genaiPriceBook());
  for (const event of events) session.apply(event);
  return session.state;
}

describe('calls', () => {
  it('are paired with their results by link, not by tool name', () => {
    const make = new EventMaker();
    const state = fold(
      make.call('a', 'Bash', { command: 'sleep 1' }),
      make.call('b', 'Bash', { command: 'false' }),
      make.result('a'),
      make.failure('b'),
    );
    expect(state.recent.map(({ id, status }) => [id, status])).toEqual([
      ['a', 'completed'],
      ['b', 'failed'],
    ]);
    expect(state.running.size).toBe(0);
    expect(state.errors).toBe(1);
  });

  it('that a rule denied run no longer, did nothing and are no errors', () => {
    const make = new EventMaker();
    const state = fold(
      make.call('a', 'Bash', { command: 'false' }),
      make.failure('a'),
      make.call('b', 'Write', { file_path: 'x', content: '' }),
      make.result('b', { denied: true, result: 'env: no' }),
    );
    expect([state.running.size, state.filesModified, state.errors, state.consecutiveErrors]).toEqual([0, 0, 1, 1]);
    expect(state.recent.at(-1)?.status).toBe('interrupted');
  });

  it('still running when the session ends are interrupted', () => {
    const make = new EventMaker();
    const state = fold(make.call('a', 'Bash', { command: 'sleep 9' }), make.event('session_end'));
    expect(state.recent[0]?.status).toBe('interrupted');
  });

  it('of a recorder that gives no links are paired by tool name', () => {
    const make = new EventMaker();
    const state = fold(
      make.call('a', 'Read', { file_path: 'x' }),
      make.event('tool_result', { tool_name: 'Read', result: '' }),
    );
    expect(state.recent[0]?.status).toBe('completed');
    expect(state.filesRead).toBe(1);
  });
});

describe('an event seen twice', () => {
  it('counts once, whatever its kind', () => {
    const make = new EventMaker();
    const events = [
      make.event('session_start', { agent: 'a', cwd: '/w' }),
      make.event('user_prompt', { prompt: 'go' }),
      make.call('a', 'Edit', { file_path: '/w/x.ts' }),
      make.result('a'),
      make.response('llm-1', { input: 10, output: 20 }),
      make.event('error', { error: 'boom' }),
    ];
    const { seen: _, ...once } = { seen: 0, ...fold(...events) };
    const twice = fold(...events, ...events);
    expect(twice).toEqual(once);
  });
});

describe('files', () => {
  it('count once per file, however the path is written, and only when the call succeeded', () => {
    const make = new EventMaker();
    const state = fold(
      make.event('session_start', { cwd: '/work/app' }),
      make.call('a', 'Edit', { file_path: '/work/app/src/x.ts' }),
      make.result('a'),
      make.call('b', 'Write', { file_path: './src/../src/x.ts' }),
      make.result('b'),
      make.call('c', 'Write', { file_path: 'denied.ts' }),
      make.failure('c'),
      make.call('d', 'Read', { file_path: 'src/x.ts' }),
      make.result('d'),
    );
    expect(state.filesModified).toBe(1);
    expect(state.filesRead).toBe(1);
    expect([...state.files.keys()]).toEqual(['src/x.ts']);
  });
});

describe('test runs', () => {
  it('count as failures by the outcome of the call, not by the word error in some output', () => {
    const make = new EventMaker();
    const run = (id: string) => make.call(id, 'Bash', { command: 'cd app && npm test' });
    const failing = [run('a'), make.failure('a'), run('b'), make.failure('b')];
    expect(fold(...failing).consecutiveTestFailures).toBe(2);
    const noise = [make.call('c', 'Bash', { command: 'grep error log' }), make.failure('c')];
    expect(fold(...failing, ...noise).consecutiveTestFailures).toBe(2);
    expect(
      fold(...failing, ...noise, run('d'), make.result('d', { result: 'error: none' })).consecutiveTestFailures,
    ).toBe(0);
  });
});

describe('repetition', () => {
  it('tells how often one command was run again', () => {
    const make = new EventMaker();
    const calls = ['npm i', 'ls', 'npm i', 'npm i'].map((command, n) => make.call(`c${n}`, 'Bash', { command }));
    expect(fold(...calls).retries).toBe(2);
  });

  it('tells how often a sequence of calls stands in a row', () => {
    const make = new EventMaker();
    const calls = ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c'].map((file_path, n) =>
      make.call(`c${n}`, 'Read', { file_path }),
    );
    expect(fold(...calls).loopRepeats).toBe(3);
    expect(fold(...calls, make.call('end', 'Read', { file_path: 'z' })).loopRepeats).toBe(1);
  });
});

describe('cost', () => {
  it('counts one request once, with its largest output', () => {
    const make = new EventMaker();
    const usage = { input: 1000, output: 1, cache_read: 2000, cache_write_5m: 100, cache_write_1h: 50 };
    const state = fold(
      make.response('llm-1', usage),
      make.response('llm-1', { ...usage, output: 500 }),
      make.response('llm-1', { ...usage, output: 2 }),
    );
    expect(state.usage).toEqual({ ...usage, output: 500 });
    // USD per million tokens: 3 in, 15 out, 0.3 cache read, 3.75 and 6 for cache writes of five minutes and an hour.
    expect(state.cost).toEqual({
      microUsd: 1000 * 3 + 500 * 15 + 2000 * 0.3 + 100 * 3.75 + 50 * 6,
      kind: 'known',
      unpricedModels: [],
    });
    expect(state.requests).toBe(1);
  });

  it('names a model without a price instead of calling it free', () => {
    const make = new EventMaker();
    const state = fold(
      make.response('llm-1', { input: 1_000_000 }),
      make.response('llm-2', { input: 5 }, 'nobodys-model-1'),
    );
    expect(state.cost).toEqual({ microUsd: 3_000_000, kind: 'unpriced', unpricedModels: ['nobodys-model-1'] });
  });

  it('is unknown, not zero, when a session did things and reported no request', () => {
    const make = new EventMaker();
    expect(fold(make.call('a', 'Bash', { command: 'ls' })).cost).toEqual({
      microUsd: null,
      kind: 'unpriced',
      unpricedModels: [],
    });
    expect(fold(make.event('session_start')).cost.microUsd).toBe(0);
  });

  it('gives the share of the context window of the newest request', () => {
    const make = new EventMaker();
    const start = make.event('session_start', { model: 'claude-opus-4-6[1m]' });
    const response = make.response('llm-1', { input: 50_000, cache_read: 50_000, output: 9 }, 'claude-opus-4-6');
    expect(fold(start, response).contextPct).toBeCloseTo(10);
  });
});
