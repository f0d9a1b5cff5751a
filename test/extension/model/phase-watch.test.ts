import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionPhase } from '../../../core/common/session/session-summary.ts';
import type { ModelSession } from '../../../extension/model/model-session.ts';
import { PhaseWatch } from '../../../extension/model/phase-watch.ts';

let phases: SessionPhase[];
let lastEventAt: number[];
let asked: number;
let touched: number[];
let tell: () => void;
let watch: PhaseWatch;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  [phases, lastEventAt, asked, touched] = [['active', 'interrupted'], [1, 1], 0, []];
  const sessions = [0, 1].map((index) => ({
    state: {
      get lastEventAt() {
        return lastEventAt[index];
      },
    },
    get summary() {
      asked += 1;
      return { state: phases[index] };
    },
  })) as unknown as readonly ModelSession[];
  const listeners: (() => void)[] = [];
  const listen = (listener: () => void) => {
    listeners.push(listener);
    return { dispose: () => {} };
  };
  tell = () => {
    for (const listener of listeners) listener();
  };
  watch = new PhaseWatch({
    sessions,
    // As the model does, a moment later.
    touch: (session) => {
      touched.push(sessions.indexOf(session));
      queueMicrotask(tell);
    },
    onDidChangeSession: listen,
    onDidChangeSessions: listen,
  } as ConstructorParameters<typeof PhaseWatch>[0]);
  tell();
});

afterEach(() => {
  watch.dispose();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('the phase of sessions', () => {
  it('is told anew when a process was stopped or ended by someone else, and only then', async () => {
    await pass(20_000);
    expect(touched).toEqual([0, 1]);
    phases[0] = 'paused';
    await pass(6000);
    phases[0] = 'interrupted';
    await pass(6000);
    expect(touched).toEqual([0, 1, 0, 0]);
  });

  it('is not asked for while nothing is live, until an event comes', async () => {
    phases[0] = 'completed';
    await pass(20_000);
    const before = asked;
    await pass(3_600_000);
    expect(asked).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
    phases[0] = 'active';
    lastEventAt[0] = 2;
    tell();
    await pass(6000);
    expect(touched.at(-1)).toBe(0);
    expect(vi.getTimerCount()).toBe(1);
  });

  it('of one that is over is not asked for again', async () => {
    await pass(6000);
    const before = asked;
    await pass(50_000);
    expect(asked - before).toBe(10);
  });
});
