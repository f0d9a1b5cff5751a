import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { fnv1a } from '../../../../core/common/hash.ts';
import type { Alert, Decision, Hold, Outcome } from '../../../../core/common/protocol/alert.ts';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { type RowRef, StreamIndex } from '../../../../core/common/view/stream-index.ts';
import { EventMaker } from '../../../rig/events.ts';

/** Rows as `kind id status`, in stream order. */
function rowsOf(index: StreamIndex): readonly string[] {
  const cursor = { events: 0, alerts: 0 };
  const rows: string[] = [];
  for (let ref = index.next(cursor); ref !== undefined; ref = index.next(cursor)) {
    rows.push([index.kind(ref), index.id(ref), index.status(ref)].filter((part) => part !== undefined).join(' '));
  }
  return rows;
}

function indexOf(events: readonly TraceEvent[], alerts: readonly Alert[] = [], onRow = (_: RowRef) => {}): StreamIndex {
  const index = new StreamIndex({ seed: 7, onRow });
  for (const [place, event] of events.entries()) index.apply(event, place * 100);
  for (const [place, alert] of alerts.entries()) index.applyAlert(alert, place * 50);
  return index;
}

function decision(at: number): Decision {
  return {
    type: 'decision',
    decision_id: `session/budget/${at}`,
    session_id: 'session',
    event_id: 'e1',
    rule: 'budget',
    action: 'kill',
    mode: 'enforce',
    at,
    message: 'cost_usd is $5.01, the rule allows $5.00',
  };
}

/** Of a rule about a call. */
function onCall(action: 'ask' | 'deny', at: number): Decision {
  return { ...decision(at), decision_id: `${action}@${at}`, action };
}

function outcomeOf({ decision_id, action, at, ...of }: Decision, more: Partial<Outcome>): Outcome {
  const { session_id, event_id, rule } = of;
  const outcome = { type: 'outcome', decision_id, session_id, event_id, rule, action, at: at + 2 } as const;
  return { ...outcome, result: 'done', reason: '', signalled: [], ...more };
}

type Case = readonly [title: string, events: (make: EventMaker) => readonly TraceEvent[], rows: readonly string[]];

const CASES: readonly Case[] = [
  [
    'a session, its prompt, a call with its result, its response and its end',
    (make) => [
      make.event('session_start'),
      make.event('user_prompt'),
      make.call('c', 'Read', {}),
      make.result('c'),
      make.event('assistant_response'),
      make.event('session_end'),
    ],
    ['session e1', 'prompt e2', 'tool c completed', 'response e5', 'session e6'],
  ],
  [
    'a call that a rule denied',
    (make) => [make.call('c', 'Bash', {}), make.result('c', { denied: true })],
    ['tool c denied'],
  ],
  ['a call without a result', (make) => [make.call('c', 'Bash', {})], ['tool c running']],
  ['a call that failed', (make) => [make.call('c', 'Bash', {}), make.failure('c')], ['tool c failed']],
  [
    'a call whose result names an exit code other than 0',
    (make) => [make.call('c', 'Bash', {}), make.result('c', { exit_code: 2 })],
    ['tool c failed'],
  ],
  [
    'a call that its user broke off',
    (make) => [make.call('c', 'Bash', {}), make.result('c', { interrupted: true })],
    ['tool c interrupted'],
  ],
  [
    'calls that ran when the session ended, one of which is answered after all',
    (make) => [
      make.call('a', 'Bash', {}),
      make.call('b', 'Bash', {}),
      make.event('session_end', {}, { event_id: 'end' }),
      make.result('b'),
    ],
    ['tool a interrupted', 'tool b completed', 'session end'],
  ],
  [
    'parallel calls of one tool, answered in another order',
    (make) => [make.call('a', 'Read', {}), make.call('b', 'Read', {}), make.failure('b'), make.result('a')],
    ['tool a completed', 'tool b failed'],
  ],
  [
    'results without links: the newest call of the tool first',
    (make) => [
      make.call('a', 'Read', {}),
      make.call('b', 'Read', {}),
      make.call('c', 'Bash', {}),
      make.event('tool_result', { tool_name: 'Read' }),
      make.event('error', { tool_name: 'Read', error: 'no' }),
    ],
    ['tool a failed', 'tool b completed', 'tool c running'],
  ],
  [
    'a result whose call was not seen, and an error of nothing',
    (make) => [
      make.event('tool_result', { tool_name: 'Read' }, { event_id: 'r', parent_id: 'unseen' }),
      make.event('error', { error: 'no connection' }, { event_id: 'x' }),
    ],
    ['tool r completed', 'error x failed'],
  ],
  [
    'events seen twice',
    (make) => {
      const call = make.call('c', 'Read', {});
      const result = make.event('tool_result', { tool_name: 'Read' }, { event_id: 'r' });
      const other = make.call('d', 'Read', {});
      return [other, call, call, result, result, call];
    },
    ['tool d running', 'tool c completed'],
  ],
  [
    'a result that comes a second time with another verdict: the first holds',
    (make) => [make.call('c', 'Bash', {}), make.result('c'), make.failure('c')],
    ['tool c completed'],
  ],
  [
    'file events: their own rows, unless their call has one',
    (make) => [
      make.call('c', 'Read', {}),
      make.event('file_read', { path: 'a' }, { parent_id: 'c' }),
      make.event('file_write', { path: 'b' }, { event_id: 'w' }),
    ],
    ['tool c running', 'file w'],
  ],
  [
    'requests: with and without their answer, one reported as it grew',
    (make) => [
      make.event('llm_request', {}, { event_id: 'q' }),
      make.event('llm_response', { usage: { output: 3 } }, { event_id: 'q.r' }),
      make.event('llm_response', { usage: { output: 1 } }, { event_id: 'm' }),
      make.event('llm_response', { usage: { output: 9 } }, { event_id: 'm' }),
      make.event('llm_request', {}, { event_id: 'open' }),
    ],
    ['request q completed', 'request m', 'request open running'],
  ],
  ['a note of the agent', (make) => [make.event('decision', { choice: 'plan' })], ['decision e1']],
  [
    'ids with any characters',
    (make) => ['', 'é', '\ud800', 'é'.repeat(600)].map((id) => make.event('decision', {}, { event_id: id })),
    ['decision ', 'decision é', 'decision \ud800', `decision ${'é'.repeat(512)}+${fnv1a('é'.repeat(600))}`],
  ],
];

describe('StreamIndex', () => {
  it.each(CASES)('makes one row a thing of %s', (_, events, rows) => {
    expect(rowsOf(indexOf(events(new EventMaker())))).toEqual(rows);
  });

  it('knows where the lines of a row are, its duration and the line of the file', () => {
    const make = new EventMaker();
    const index = indexOf([
      make.call('c', 'Edit', { file_path: 'a.ts' }),
      make.event(
        'tool_result',
        { patch: [{ start: 12, lines: 3 }] },
        { event_id: 'c.result', parent_id: 'c', duration_ms: 250 },
      ),
      make.call('d', 'Read', { file_path: 'a.ts', offset: 40 }),
      make.result('d'),
    ]);
    const [c = -1, d = -1] = [index.find('c'), index.find('d')];
    expect([index.offset(c), index.resultOffset(c), index.durationMs(c), index.line(c)]).toEqual([0, 100, 250, 12]);
    expect([index.offset(d), index.resultOffset(d), index.durationMs(d), index.line(d)]).toEqual([200, 300, 1000, 40]);
  });

  it('finds the row of a call by the id of its result too, whatever that is', () => {
    const make = new EventMaker();
    const index = indexOf([
      make.call('c', 'Read', {}),
      make.result('c'),
      make.call('d', 'Read', {}),
      make.event('tool_result', {}, { event_id: 'random', parent_id: 'd' }),
    ]);
    expect(index.find('c.result')).toBe(index.find('c'));
    expect(index.find('random')).toBe(index.find('d'));
    expect(index.find('nothing')).toBeUndefined();
  });

  it('puts alerts where their time belongs, whichever file was read first', () => {
    const make = new EventMaker();
    const events = [make.event('user_prompt'), make.call('c', 'Bash', {}), make.event('session_end')];
    const second = events[1]?.timestamp ?? 0;
    const alerts = [decision(second), { ...decision(second + 0.5), decision_id: 'x' }, decision(second + 9)];
    const rows = ['prompt e1', 'tool c interrupted', 'rule alert@0', 'rule alert@50', 'session e3', 'rule alert@100'];
    expect(rowsOf(indexOf(events, alerts))).toEqual(rows);
    const index = new StreamIndex({ seed: 7, onRow: () => {} });
    for (const [place, alert] of alerts.entries()) index.applyAlert(alert, place * 50);
    for (const [place, event] of events.entries()) index.apply(event, place * 100);
    expect(rowsOf(index)).toEqual(rows);
    expect(index.find('alert@50')).toBe(index.find('alert@50'));
    expect(index.id(index.find('alert@50') ?? -1)).toBe('alert@50');
    expect(index.find('alert@51')).toBeUndefined();
  });

  it('tells in the row of a rule what became of the call that it held', () => {
    const [asks, again, denies] = [onCall('ask', 1), onCall('ask', 2), onCall('deny', 3)];
    const seen: [RowRef, boolean][] = [];
    const index = new StreamIndex({ seed: 7, onRow: (ref, isNew) => seen.push([ref, isNew]) });
    for (const [place, alert] of [asks, again, denies].entries()) index.applyAlert(alert, place * 50);
    expect(rowsOf(index)).toEqual(['rule alert@0 held', 'rule alert@50 held', 'rule alert@100']);
    seen.length = 0;
    index.applyAlert(outcomeOf(again, { call: 'allowed', at: 9 }), 150);
    index.applyAlert(outcomeOf(asks, { call: 'denied' }), 200);
    index.applyAlert(outcomeOf(denies, { call: 'denied', result: 'partial' }), 250);
    expect(rowsOf(index)).toEqual(['rule alert@0 denied', 'rule alert@50 allowed', 'rule alert@100 denied']);
    expect(seen.map(([ref, isNew]) => [index.id(ref), isNew])).toEqual([
      ['alert@50', false],
      ['alert@0', false],
      ['alert@100', false],
    ]);
    const second = index.find('alert@50') ?? -1;
    expect([index.durationMs(second), index.resultOffset(second)]).toEqual([7000, 150]);
    expect(index.durationMs(index.find('alert@100') ?? -1)).toBeUndefined();
  });

  it('tells of a call that a pause holds in the row of the rule it broke, and of any other in a row of its own', () => {
    const pause: Decision = { ...decision(1), action: 'pause', event_id: 'c' };
    const stopped = outcomeOf(pause, { reason: '3 processes stopped' });
    const hold = (event_id: string, call: Hold['call'], at: number): Hold => {
      const { session_id, rule } = pause;
      const id = `session/hold/${event_id}`;
      return { type: 'hold', decision_id: id, session_id, event_id, rule, action: 'pause', at, call, reason: '' };
    };
    const held = [pause, hold('c', 'held', 2), stopped, hold('d', 'held', 4)];
    expect(rowsOf(indexOf([], held))).toEqual([
      'rule alert@0 held',
      'outcome alert@100 completed',
      'rule alert@150 held',
    ]);
    const index = indexOf([], [...held, hold('c', 'allowed', 11), hold('d', 'unknown', 12)]);
    expect(rowsOf(index)).toEqual([
      'rule alert@0 allowed',
      'outcome alert@100 completed',
      'rule alert@150 interrupted',
    ]);
    expect(index.durationMs(index.find('alert@0') ?? -1)).toBe(10_000);
    expect(rowsOf(indexOf([], [{ ...pause, mode: 'monitor' }, hold('c', 'held', 2)]))).toEqual([
      'rule alert@0',
      'rule alert@50 held',
    ]);
  });

  it('gives a row of its own to what came of a call that nobody held, and holds it no longer', () => {
    const [asks, denies] = [onCall('ask', 1), onCall('deny', 2)];
    const late = [outcomeOf(asks, { result: 'late' }), outcomeOf(denies, { result: 'late' })];
    expect(rowsOf(indexOf([], [asks, denies, ...late]))).toEqual([
      'rule alert@0',
      'rule alert@50',
      'outcome alert@100 failed',
      'outcome alert@150 failed',
    ]);
    expect(rowsOf(indexOf([], [{ ...asks, mode: 'monitor' }]))).toEqual(['rule alert@0']);
  });

  it('keeps the order of each file when clocks are set back', () => {
    const make = new EventMaker();
    const late = make.event('user_prompt', {}, { timestamp: 2_000_000_000 });
    const early = make.event('user_prompt', {}, { timestamp: 1_000_000_000 });
    expect(rowsOf(indexOf([late, early], [decision(1_500_000_000)]))).toEqual([
      'rule alert@0',
      'prompt e1',
      'prompt e2',
    ]);
  });

  it('tells of every row that appears or changes', () => {
    const make = new EventMaker();
    const seen: RowRef[] = [];
    const events = [
      make.call('a', 'Read', {}),
      make.call('b', 'Read', {}),
      make.result('a'),
      make.event('session_end'),
    ];
    indexOf(events, [], (ref) => seen.push(ref));
    expect(seen).toEqual([0, 1, 0, 2, 1]);
  });

  it('starts anew when it is cleared', () => {
    const make = new EventMaker();
    const events = [make.event('session_start', { cwd: '/a' }), make.call('c', 'Read', {})];
    const index = indexOf(events, [decision(1)]);
    index.clearEvents();
    expect([rowsOf(index), index.workspace, index.find('c')]).toEqual([['rule alert@0'], undefined, undefined]);
    index.clearAlerts();
    for (const event of events) index.apply(event, 0);
    expect(rowsOf(index)).toEqual(['session e1', 'tool c running']);
  });

  it('holds 200,000 events in little memory', () => {
    const make = new EventMaker();
    const count = 100_000;
    const before = heldBytes();
    const started = performance.now();
    const index = new StreamIndex({ seed: 7, onRow: () => {} });
    for (let call = 0; call < count; call++) {
      const id = `toolu_${String(call).padStart(24, '0')}`;
      index.apply(make.call(id, 'Read', {}), call * 1000);
      index.apply(make.result(id), call * 1000 + 500);
    }
    const took = performance.now() - started;
    const bytes = (heldBytes() - before) / index.length;
    console.log(`200,000 events: ${took.toFixed(0)} ms, ${bytes.toFixed(0)} bytes a row`);
    expect(index.length).toBe(count);
  });
});

/** What is held when all garbage has been collected. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
