import { describe, expect, it } from 'vitest';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import { type AgentProcessState, phaseOf } from '../../../../core/common/session/session-phase.ts';
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
    ['an unknown process that has long been silent', [start, prompt], 'unknown', later, 'interrupted'],
  ])('tells %s', (_, events, process, now, phase) => {
    const fold = new SessionFold('s', genaiPriceBook());
    for (const event of events) fold.apply(event);
    expect(phaseOf(fold.state, process, now)).toBe(phase);
  });
});
