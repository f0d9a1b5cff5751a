import { expect, test } from 'vitest';
import type { Rule } from '../../../../core/common/rules/rule.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import { sessionLine } from '../../../../core/common/view/session-line.ts';
import { shortSessionId } from '../../../../core/common/view/short-session-id.ts';
import { EventMaker } from '../../../rig/events.ts';
import { limit, nearnessOf } from '../rules/conditions.ts';

const prices = { price: () => 420_000, contextWindow: () => undefined };
const GUARDED = { mode: 'guarded', reason: 'It asks.' } as const;
const rule = (name: string): Rule => ({
  name,
  ...limit('cost_usd', 1),
  action: 'alert',
});

test('a live line tells the figures of its session, the newest running call and the nearest limits first', () => {
  const make = new EventMaker('0c7e91a2-1111');
  const fold = new SessionFold('0c7e91a2-1111', prices);
  const events = [
    make.event('session_start', { agent: 'claude-code' }),
    make.response('r1', { input: 100, output: 20, cache_read: 1000 }),
    make.call('c1', 'Read', { file_path: '/a.ts' }),
    make.result('c1'),
    make.call('c2', 'Bash', { command: 'sleep 9' }),
    make.call('c3', 'Bash', { command: 'npm\n  test' }),
  ];
  for (const event of events) fold.apply(event);
  const nearness = [
    nearnessOf(rule('far'), 0.1, 0.1, false),
    nearnessOf(rule('over'), 2, 1, true),
    nearnessOf(rule('near'), 0.9, 0.9, false),
  ];
  expect(sessionLine(fold.state, { phase: 'active', guard: GUARDED, nearness })).toEqual({
    sessionId: '0c7e91a2-1111',
    shortId: '0c7e91a2',
    agent: 'claude-code',
    phase: 'active',
    guard: GUARDED,
    cost: '$0.42',
    calls: 3,
    active: { tool: 'Bash', target: 'npm⏎test', startedAt: events.at(-1)?.timestamp },
    filesRead: 1,
    filesModified: 0,
    nearness: [
      { rule: 'over', fraction: 1, broken: true },
      { rule: 'near', fraction: 0.9, broken: false },
      { rule: 'far', fraction: 0.1, broken: false },
    ],
    tokens: 1120,
  });
});

test('a session without a running call has no active tool', () => {
  const state = new SessionFold('s', prices).state;
  expect(sessionLine(state, { phase: 'active', guard: null, nearness: [] }).active).toBeUndefined();
});

test('short ids keep a subagent apart from its parent, and hold nothing that is not printable', () => {
  expect(shortSessionId('0c7e91a2-1111-2222')).toBe('0c7e91a2');
  expect(shortSessionId('0c7e91a2-1111-2222.b3d4e5f6')).toBe('0c7e91a2.b3d4');
  expect(shortSessionId('v1.2')).toBe('v1.2');
  expect(shortSessionId('\x1b[2J\nxxxxxx')).toBe('␛[2J⏎xxx');
});
