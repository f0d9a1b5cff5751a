import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { genaiPriceBook } from '../../../core/common/cost/genai-price-book.ts';
import { SessionFold } from '../../../core/common/session/session-fold.ts';
import { summarize } from '../../../core/common/session/summarize.ts';
import type { FollowedSession } from '../../../core/node/sessions/followed-session.ts';
import { terminalOutput } from '../../../watcher-cli/watch/terminal-output.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("watch's output for people", () => {
  it('asks what becomes of sessions 20 times a second at most, and last after the last change', () => {
    const { state } = new SessionFold('session', genaiPriceBook());
    let asked = 0;
    const output = terminalOutput({
      stdout: Object.assign(new PassThrough(), { fd: -1 }) as unknown as NodeJS.WriteStream & { readonly fd: number },
      keyboard: undefined,
      answer: () => {},
      env: {},
      now: () => 0,
      policy: () => ({ rules: [], source: undefined }),
      sessions: () => [{ state } as FollowedSession],
      shared: () => ({ cost_usd_today: 0 }),
      summary: () => {
        asked += 1;
        const facts = { phase: 'active', process: undefined, parentSessionId: undefined } as const;
        return { ...summarize(state, facts), guard: null };
      },
    });
    for (let change = 0; change < 1000; change += 1) {
      output.refresh();
      vi.advanceTimersByTime(1);
    }
    expect(asked).toBeGreaterThan(15);
    expect(asked).toBeLessThan(22);
    const before = asked;
    vi.advanceTimersByTime(1000);
    expect(asked - before).toBeLessThanOrEqual(1);
    output.refresh();
    vi.advanceTimersByTime(1000);
    expect(asked - before).toBeGreaterThanOrEqual(1);
  });
});
