import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { decodePanelHeader } from '../../../../core/common/protocol/decode-panel-header.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import type { SessionPhase, SessionSummary } from '../../../../core/common/session/session-summary.ts';
import { summarize } from '../../../../core/common/session/summarize.ts';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { panelHeader, sessionChoice, subagentTree, summaryCost } from '../../../../core/common/view/panel-header.ts';
import { EventMaker } from '../../../rig/events.ts';
import { limit, nearnessOf } from '../rules/conditions.ts';

const CONTROLS = { pause: true, resume: false, kill: true, pending: null, reason: '' } as const;

function headerOf(events: readonly TraceEvent[], phase: SessionPhase = 'active') {
  const fold = new SessionFold('session', genaiPriceBook());
  for (const event of events) fold.apply(event);
  const { state } = fold;
  const rule = {
    name: 'budget\u001b',
    action: 'kill',
    ...limit('cost_usd', 5),
  } as const;
  const calls = { ...rule, name: 'calls', ...limit('tool_calls', 5) };
  return panelHeader(state, {
    summary: summarize(state, { phase, process: undefined, parentSessionId: undefined }),
    watch: { mode: 'observed', reason: 'because' },
    curve: [[1, 2]],
    readShare: 1,
    limits: [nearnessOf(calls, 1, 0.2, false), nearnessOf(rule, 5.123456789, 1, true)],
    subagents: [],
    controls: CONTROLS,
    asked: [],
  });
}

function summary(id: string, parent: string | null, more: Partial<SessionSummary> = {}): SessionSummary {
  const { state } = new SessionFold(id, genaiPriceBook());
  return {
    ...summarize(state, { phase: 'completed', process: undefined, parentSessionId: parent ?? undefined }),
    ...more,
  };
}

describe('panelHeader', () => {
  it('tells what a session is, did and may', () => {
    const make = new EventMaker();
    const header = headerOf([
      make.event('session_start', { agent: 'claude-code', model: 'claude-sonnet-4-6' }),
      make.call('a', 'Bash', { command: 'sleep 9' }),
      make.response('m', { input: 10, output: 20, cache_read: 30, cache_write_5m: 1, cache_write_1h: 2 }),
    ]);
    expect(header).toMatchObject({
      sessionId: 'session',
      agent: 'claude-code',
      model: 'claude-sonnet-4-6',
      phase: 'active',
      tokens: { input: 10, output: 20, cacheRead: 30, cacheWrite: 3 },
      toolCalls: 1,
      errors: 0,
      running: [{ id: 'a', tool: 'Bash', startedAt: 1_795_000_002 }],
      limits: [
        {
          rule: 'budget␛',
          text: '$5.12 of $5.00',
          fraction: 1,
          broken: true,
          action: 'kill',
          mode: 'enforce',
          warnAt: null,
        },
        { rule: 'calls', text: '1 of 5', fraction: 0.2, broken: false },
      ],
      controls: CONTROLS,
    });
    expect(header.contextPct).toBeGreaterThan(0);
    expect(decodePanelHeader(structuredClone(header))).toEqual(header);
  });

  it('names models without a price, and tells of life after the end', () => {
    const make = new EventMaker();
    const events = [
      make.response('m', { input: 10, output: 20 }, 'new-model\u001b'),
      make.event('session_end'),
      make.event('user_prompt', { prompt: 'Go on.' }),
    ];
    expect(headerOf(events)).toMatchObject({ cost: '$?', unpricedModels: ['new-model␛'], isAgain: true });
    expect(headerOf(events, 'completed').isAgain).toBe(false);
    expect(headerOf(events.slice(0, 1))).toMatchObject({ isAgain: false });
  });

  it('says what is not known by null, and lets nothing run in a session that is over', () => {
    expect(headerOf([])).toMatchObject({
      startedAt: null,
      endedAt: null,
      lastEventAt: null,
      contextPct: null,
      model: '',
    });
    const make = new EventMaker();
    expect(headerOf([make.call('a', 'Bash', {})], 'interrupted').running).toEqual([]);
  });

  it('names no more than fifty running calls', () => {
    const make = new EventMaker();
    const calls = Array.from({ length: 80 }, (_, call) => make.call(`c${call}`, 'Read', {}));
    expect(headerOf(calls).running.length).toBe(50);
  });
});

describe('subagentTree', () => {
  it('hangs subagents below their parents, oldest first, and ends in circles', () => {
    const tree = subagentTree('root', [
      summary('root', 'c'),
      summary('b', 'root', { started_at: 2 }),
      summary('a', 'root', { started_at: 1, cost: { usd: 0.5, kind: 'estimated' } }),
      summary('c', 'b'),
      summary('other', null),
    ]);
    expect(tree.map(({ sessionId, cost }) => [sessionId, cost])).toEqual([
      ['a', '~$0.50'],
      ['b', '$0.00'],
    ]);
    expect(tree[1]?.children.map(({ sessionId }) => sessionId)).toEqual(['c']);
    expect(JSON.stringify(tree).length).toBeLessThan(20_000);
  });
});

describe('texts of sessions', () => {
  it('name a session in the picker, made safe', () => {
    const facts = { id: '0c7e91a2-1', agent: 'a\nb', phase: 'paused', cost: '$1.00', startedAt: 60 } as const;
    expect(sessionChoice(facts, (at) => `at ${at}`)).toEqual({
      id: '0c7e91a2-1',
      label: 'a⏎b 0c7e91a2, at 60',
      phase: 'paused',
      cost: '$1.00',
    });
    expect(sessionChoice({ ...facts, agent: '', startedAt: undefined }, () => '').label).toBe('agent 0c7e91a2');
  });

  it('write the cost of a summary as that of a state is written', () => {
    expect(summaryCost({ cost: { usd: null, kind: 'unpriced' } })).toBe('$?');
    expect(summaryCost({ cost: { usd: 0.42, kind: 'unpriced' } })).toBe('≥$0.42');
  });
});
