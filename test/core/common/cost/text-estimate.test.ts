import { describe, expect, it } from 'vitest';
import { formatCost } from '../../../../core/common/cost/cost.ts';
import { genaiPriceBook } from '../../../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import type { TraceEvent } from '../../../../core/common/trace/trace-event.ts';
import { EventMaker } from '../../../rig/events.ts';

/** A word is a token. */
const countTokens = (text: string) => text.split(/\s+/).filter(Boolean).length;
const prices = { ...genaiPriceBook(), countTokens };

function fold(events: readonly TraceEvent[]): SessionFold {
  const session = new SessionFold('s', prices);
  for (const event of events) session.apply(event);
  return session;
}

const words = (count: number) => 'word '.repeat(count);

describe('the cost of a session without usage', () => {
  it('is guessed from its texts, each answer sent all that was said before', () => {
    const make = new EventMaker('s');
    const { state, requests } = fold([
      make.event('session_start', { agent_name: 'other-tool', model: 'claude-opus-4-8' }),
      make.event('user_prompt', { prompt: words(1000) }),
      make.event('assistant_response', { text: words(100) }),
      make.call('c1', 'Bash', { command: 'x' }),
      make.result('c1', { result: words(500) }),
      make.event('assistant_response', { text: words(50) }),
    ]);
    expect([...requests.values()].map(({ usage }) => [usage.input, usage.cache_read, usage.output])).toEqual([
      [1000, 0, 102],
      [602, 1000, 50],
    ]);
    expect(state.cost.kind).toBe('estimated');
    expect(formatCost(state.cost)).toMatch(/^~\$0\.\d+$/);
  });

  it('assumes a model where none is named, and says so', () => {
    const make = new EventMaker('s');
    const { requests } = fold([
      make.event('session_start', { agent: 'cursor', usage: 'none', model: 'default' }),
      make.event('assistant_response', { text: 'well' }),
    ]);
    expect([...requests.values()]).toMatchObject([{ guessed: ['tokens', 'caching', 'model'] }]);
  });

  it('gives way to usage that is reported after all', () => {
    const make = new EventMaker('s');
    const { state } = fold([
      make.event('session_start', { agent_name: 'other-tool' }),
      make.event('assistant_response', { text: words(500) }),
      make.response('r1', { output: 40_000 }, 'claude-opus-4-8'),
      make.event('assistant_response', { text: words(500) }),
    ]);
    expect(state.cost).toMatchObject({ microUsd: 1_000_000, kind: 'known' });
  });

  it('is not guessed for recorders that report usage a moment later', () => {
    const make = new EventMaker('s');
    const { state } = fold([
      make.event('session_start', { agent: 'claude-code' }),
      make.event('assistant_response', { text: words(500) }),
    ]);
    expect(state.cost).toMatchObject({ microUsd: null, kind: 'unpriced' });
  });
});
