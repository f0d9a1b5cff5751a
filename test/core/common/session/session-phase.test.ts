import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import { type AgentProcessState, phaseOf } from '../../../../core/common/session/session-phase.ts';
import { summarize } from '../../../../core/common/session/summarize.ts';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { EventMaker } from '../../../rig/events.ts';

const make = new EventMaker();
const start = make.event('session_start');
const prompt = make.event('user_prompt', { prompt: 'go' });
const asks = make.event('decision', { waiting_for: 'permission' });
const end = make.event('session_end');
const soon = end.timestamp + 1;
const later = end.timestamp + 3600;

describe('phaseOf', () => {
  it.each<[string, readonly TraceEvent[], AgentProcessState, number, string]>([
    ['an agent at work', [start, prompt], 'running', later, 'active'],
    ['an agent that waits for its user', [start, asks], 'running', soon, 'waiting'],
    ['a stopped agent, whatever it waits for', [start, asks], 'stopped', soon, 'paused'],
    ['an agent that is gone without an end', [start, prompt], 'gone', soon, 'interrupted'],
    ['a session that said its end', [start, end], 'gone', soon, 'completed'],
    ['a session that went on after its end', [start, end, make.event('user_prompt')], 'running', soon, 'active'],
    ['an unknown process that wrote lately', [start, prompt], 'unknown', soon, 'active'],
    ['an unknown process that has long been silent', [start, prompt], 'unknown', later, 'completed'],
  ])('tells %s', (_, events, process, now, phase) => {
    const fold = new SessionFold('s', genaiPriceBook());
    for (const event of events) fold.apply(event);
    expect(phaseOf(fold.state, process, now)).toBe(phase);
  });
});

describe('that a session went on after its end', () => {
  const known = { pid: 1, alive: true };
  const late = { ...make.event('decision'), timestamp: later };
  const before = { ...make.event('tool_call'), timestamp: end.timestamp - 1 };
  const again = make.event('user_prompt');
  it.each<[string, readonly TraceEvent[], typeof known | undefined, number | null]>([
    ['is told by what it did then', [start, end, again], known, again.timestamp],
    ['is not told of one that only went on', [start, prompt, again], undefined, null],
    ['is not told by what came late, of before the end', [start, end, before], known, null],
    ['is told after a silence, where that counts as the end', [start, prompt, late], undefined, later],
    ['is not told after a silence of a process that is known', [start, prompt, late], known, null],
  ])('%s', (_, events, process, at) => {
    const fold = new SessionFold('s', genaiPriceBook());
    for (const event of events) fold.apply(event);
    const facts = { phase: 'active', process, parentSessionId: undefined } as const;
    expect(summarize(fold.state, facts).reactivated_at).toBe(at);
  });
});
