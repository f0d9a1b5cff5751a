import { describe, expect, it } from 'vitest';
import type { ProcessInfo } from '../../../../core/node/process/process-table.ts';
import { meansEnded, observeSelf, readLiving, verify } from '../../../../core/node/process/verify.ts';

const AGENT: ProcessInfo = {
  pid: 100,
  ppid: 1,
  uid: 1000,
  name: 'agent',
  state: 'running',
  pgid: 100,
  sid: 100,
  hasTerminal: false,
  foreground: false,
  startTime: '5000',
  bootId: 'boot',
};
const SELF = { pid: 300, uid: 1000, ancestors: [] };

function tableOf(...rows: readonly ProcessInfo[]) {
  return {
    read: (pid: number) => rows.find((row) => row.pid === pid),
    list: () => rows,
    executable: () => undefined,
    carriesMark: () => false,
    ignoresTerm: () => false,
  };
}

describe('verify', () => {
  it('gives the process as it is now when it is the one that was meant', () => {
    expect(verify(tableOf(AGENT), AGENT, SELF)).toEqual(AGENT);
    const stopped: ProcessInfo = { ...AGENT, state: 'stopped' };
    expect(verify(tableOf(stopped), AGENT, SELF)).toEqual(stopped);
  });

  it.each<[string, readonly ProcessInfo[], Partial<typeof SELF> | { ancestors: ProcessInfo[] }, boolean]>([
    ['gone', [], {}, true],
    ['gone', [{ ...AGENT, state: 'zombie' }], {}, true],
    ['other-process', [{ ...AGENT, startTime: '5001' }], {}, true],
    ['other-boot', [{ ...AGENT, bootId: 'later' }], {}, false],
    ['other-user', [{ ...AGENT, uid: 0 }], {}, false],
    ['other-user', [AGENT], { uid: 0 }, false],
    ['ourselves', [AGENT], { pid: 100 }, false],
    ['our-ancestor', [AGENT], { ancestors: [AGENT] }, false],
  ])('refuses: %s', (refusal, rows, self, ended) => {
    const result = verify(tableOf(...rows), AGENT, { ...SELF, ...self });
    expect(result).toEqual({ refusal, reason: expect.stringContaining('pid 100') });
    expect('refusal' in result && meansEnded(result)).toBe(ended);
  });

  it.each([1, 0, -1, -100, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('never allows %s', (pid) => {
    expect(verify(tableOf({ ...AGENT, pid }), { ...AGENT, pid }, SELF)).toMatchObject({ refusal: 'init' });
  });

  it('allows a process that has the pid of an ancestor that is gone', () => {
    const ancestors = [{ ...AGENT, startTime: '10' }];
    expect(verify(tableOf(AGENT), AGENT, { ...SELF, ancestors })).toEqual(AGENT);
  });
});

describe('observeSelf', () => {
  it('knows our ancestors up to pid 1', () => {
    const us = { ...AGENT, pid: 300, ppid: 200 };
    const shell = { ...AGENT, pid: 200, ppid: 100 };
    expect(observeSelf(tableOf(us, shell, AGENT), 300, 1000)).toEqual({
      pid: 300,
      uid: 1000,
      ancestors: [shell, AGENT],
    });
  });

  it('ends on a table that makes no sense', () => {
    const a = { ...AGENT, pid: 300, ppid: 200 };
    const b = { ...AGENT, pid: 200, ppid: 300 };
    expect(observeSelf(tableOf(a, b), 300, 1000).ancestors).toEqual([b]);
  });
});

describe('readLiving', () => {
  it('gives the same process only, and only while it lives', () => {
    expect(readLiving(tableOf(AGENT), AGENT)).toEqual(AGENT);
    expect(readLiving(tableOf({ ...AGENT, state: 'zombie' }), AGENT)).toBeUndefined();
    expect(readLiving(tableOf({ ...AGENT, startTime: '1' }), AGENT)).toBeUndefined();
    expect(readLiving(tableOf(), AGENT)).toBeUndefined();
  });
});
