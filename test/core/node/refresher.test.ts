import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refresher } from '../../../core/node/refresher.ts';

let runs: number;
let takes: number;
let refresher: Refresher;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  [runs, takes] = [0, 0];
  refresher = new Refresher(() => {
    runs += 1;
    vi.advanceTimersByTime(takes);
  });
});

afterEach(() => {
  refresher.dispose();
  vi.useRealTimers();
});

describe('a refresh', () => {
  it('is done at once, and once for a burst', () => {
    refresher.request();
    expect(runs).toBe(1);
    for (let index = 0; index < 100; index += 1) refresher.request();
    expect(runs).toBe(1);
    vi.advanceTimersByTime(50);
    expect(runs).toBe(2);
    vi.advanceTimersByTime(1000);
    expect(runs).toBe(2);
  });

  it('that takes long is done less often', () => {
    takes = 30;
    refresher.request();
    refresher.request();
    vi.advanceTimersByTime(590);
    expect(runs).toBe(1);
    vi.advanceTimersByTime(10);
    expect(runs).toBe(2);
  });

  it('is not done after the end', () => {
    refresher.request();
    refresher.request();
    refresher.dispose();
    vi.advanceTimersByTime(1000);
    refresher.request();
    expect(runs).toBe(1);
  });
});
