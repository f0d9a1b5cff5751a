import { describe, expect, it } from 'vitest';
import type { PriceBook } from '../../../../core/common/cost/cost.ts';
import type { Alert } from '../../../../core/common/protocol/alert.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import type { SessionState } from '../../../../core/common/session/session-state.ts';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { type StatusFacts, statusModel } from '../../../../core/common/view/status-model.ts';
import { endedBy, lastStop } from '../../../../core/common/view/status-stop.ts';
import { EventMaker } from '../../../rig/events.ts';

const ID = '0c7e91a2-1111';
const PRICES: PriceBook = {
  price: (model) => (model === 'priced' ? 420_000 : undefined),
  contextWindow: () => undefined,
};

function stateOf(...make: readonly ((events: EventMaker) => TraceEvent)[]): SessionState {
  const events = new EventMaker(ID);
  const fold = new SessionFold(ID, PRICES);
  for (const each of [(maker: EventMaker) => maker.event('session_start', { agent: 'claude-code' }), ...make]) {
    fold.apply(each(events));
  }
  return fold.state;
}

const priced = (events: EventMaker) =>
  events.event('llm_response', { model: 'priced', usage: { input: 10, output: 5 } });
const unpriced = (events: EventMaker) =>
  events.event('llm_response', { model: 'new', usage: { input: 10, output: 5 } });
const reading = (events: EventMaker) => events.call('c1', 'Read', { file_path: 'a.ts' });
const ended = (events: EventMaker) => events.event('session_end');

function modelOf(state: SessionState, facts: Partial<StatusFacts> = {}) {
  return statusModel({
    state,
    phase: 'active',
    stop: undefined,
    pending: null,
    others: { live: 0, waiting: 0 },
    ...facts,
  });
}

const killed = { action: 'kill', rule: 'budget', message: 'too much', reason: '', at: 1_795_000_005 } as const;

describe('the status bar', () => {
  it.each<[string, ReturnType<typeof modelOf>, string, readonly string[], string]>([
    ['a running call', modelOf(stateOf(priced, reading)), 'pulse', ['$0.42', '1 call', 'Read'], 'plain'],
    ['no call', modelOf(stateOf(priced)), 'pulse', ['$0.42', '0 calls'], 'plain'],
    ['a cost in part', modelOf(stateOf(priced, unpriced)), 'pulse', ['≥$0.42', '0 calls'], 'plain'],
    ['an unknown cost', modelOf(stateOf(reading)), 'pulse', ['$?', '1 call', 'Read'], 'plain'],
    [
      'an agent that waits, whatever runs',
      modelOf(stateOf(priced, reading), { phase: 'waiting' }),
      'bell-dot',
      ['Needs you', '$0.42', '1 call'],
      'warning',
    ],
    [
      'a paused one',
      modelOf(stateOf(reading), { phase: 'paused' }),
      'debug-pause',
      ['Paused', '$?', '1 call'],
      'warning',
    ],
    [
      'one that a rule has killed',
      modelOf(stateOf(priced), { phase: 'interrupted', stop: killed }),
      'circle-slash',
      ['Killed', '$0.42', '0 calls'],
      'error',
    ],
    [
      'one that closed its session while it was killed',
      modelOf(stateOf(priced, ended), { phase: 'completed', stop: killed }),
      'circle-slash',
      ['Killed', '$0.42', '0 calls'],
      'error',
    ],
    ['one that ended', modelOf(stateOf(priced, ended), { phase: 'completed' }), 'check', ['$0.42', '0 calls'], 'plain'],
    [
      'one whose process is gone',
      modelOf(stateOf(priced), { phase: 'interrupted' }),
      'debug-disconnect',
      ['$0.42', '0 calls'],
      'plain',
    ],
    [
      'one that a kill was asked for',
      modelOf(stateOf(priced), { pending: 'kill' }),
      'loading~spin',
      ['Killing…', '$0.42', '0 calls'],
      'plain',
    ],
    [
      'several',
      modelOf(stateOf(priced, reading), { others: { live: 2, waiting: 1 } }),
      'pulse',
      ['$0.42', '1 call', 'Read', '+2'],
      'plain',
    ],
  ])('shows %s', (_, model, icon, parts, tone) => {
    expect({ icon: model.icon, parts: model.parts, tone: model.tone }).toEqual({ icon, parts, tone });
  });

  it('cuts the long names of tools, and shows nothing of a trace that moves or hides text', () => {
    const { parts } = modelOf(
      stateOf((events) => events.call('c1', 'mcp__server__\u202e\u001b[31mtool_of_great_length', {})),
    );
    expect(parts.at(-1)).toBe('mcp__server__�␛[31mtool…');
  });

  it.each([
    [
      modelOf(stateOf(priced, unpriced, reading), { others: { live: 2, waiting: 1 } }),
      'Agent Trace: claude-code is running, at least $0.42, 1 call, running Read, 2 more sessions, 1 of them need you',
    ],
    [modelOf(stateOf(reading), { phase: 'waiting' }), 'Agent Trace: claude-code needs you, cost unknown, 1 call'],
    [modelOf(stateOf(), { pending: 'pause' }), 'Agent Trace: claude-code pausing…, $0.00, 0 calls'],
  ])('says %#: what it shows, in words', (model, label) => {
    expect(model.label).toBe(label);
  });
});

describe('what stopped a session', () => {
  const at = 100;
  const decision = (id: string, session: string): Alert => ({
    ...{ type: 'decision', decision_id: id, session_id: session, event_id: 'e1', rule: 'env', action: 'pause' },
    ...{ mode: 'enforce', at, message: 'read .env' },
  });
  const outcome = (more: Partial<Extract<Alert, { type: 'outcome' }>>): Alert => ({
    ...{ type: 'outcome', decision_id: '', session_id: 'one', event_id: '', rule: '', action: 'pause', at },
    ...{ result: 'done', reason: '', signalled: [] },
    ...more,
  });
  const byRule = outcome({ decision_id: 'd1', rule: 'env' });

  it.each<[string, readonly Alert[], string, object | undefined]>([
    ['nothing', [], 'one', undefined],
    ['a rule', [decision('d1', 'one'), byRule], 'one', { action: 'pause', rule: 'env', message: 'read .env', at }],
    ['a user', [outcome({ action: 'kill' })], 'one', { action: 'kill', rule: '', message: '', at }],
    ['a rule broken by a subagent', [{ ...byRule, session_id: 'one.a1' }], 'one', { action: 'pause', rule: 'env' }],
    ['a rule broken by the parent', [byRule], 'one.a1', { action: 'pause', rule: 'env' }],
    ['nothing that another session did', [{ ...byRule, session_id: 'one2' }], 'one', undefined],
    ['nothing any more when it was resumed', [byRule, outcome({ action: 'resume' })], 'one', undefined],
    [
      'still the pause when the resume failed',
      [byRule, outcome({ action: 'resume', result: 'failed' })],
      'one',
      { rule: 'env' },
    ],
    ['nothing that was refused', [outcome({ result: 'refused' })], 'one', undefined],
  ])('is %s', (_, alerts, session, stop) => {
    const found = lastStop(alerts, session);
    if (stop) expect(found).toMatchObject(stop);
    else expect(found).toBeUndefined();
  });

  it('did not end a session that went on long after it', () => {
    const stop = { action: 'kill', rule: '', message: '', reason: '', at: 100 } as const;
    expect([endedBy(stop, 99), endedBy(stop, 105), endedBy(stop, 200), endedBy(undefined, 99)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(endedBy({ ...stop, action: 'pause' }, 99)).toBe(false);
  });
});
