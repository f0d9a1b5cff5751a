import { describe, expect, it } from 'vitest';
import { freeze } from '../../../../core/node/process/freeze.ts';
import type { ProcessInfo, ProcessTable } from '../../../../core/node/process/process-table.ts';
import { VerifiedSignals } from '../../../../core/node/process/verified-signals.ts';

const PARENT = 100;
const CHILD = 101;

/**
 * A parent that has started its child with vfork: it cannot stop before the child has called `exec`, which the child
 * does after a while if it is not stopped.
 */
function vforkWorld(execAfterMs: number) {
  const stopped = new Set<number>();
  const sent: number[] = [];
  let now = 0;
  const childHasExeced = (): boolean => execAt <= now;
  let execAt = execAfterMs;
  const info = (pid: number): ProcessInfo => ({
    pid,
    ppid: pid === CHILD ? PARENT : 1,
    uid: 1000,
    name: 'x',
    state: stopped.has(pid) && (pid === CHILD || childHasExeced()) ? 'stopped' : 'running',
    pgid: PARENT,
    sid: PARENT,
    hasTerminal: false,
    foreground: false,
    startTime: String(pid),
    bootId: 'boot',
  });
  const table: ProcessTable = {
    read: info,
    list: () => [info(PARENT), info(CHILD)],
    executable: () => undefined,
    carriesMark: () => false,
    ignoresTerm: () => false,
  };
  const timing = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const sender = {
    send(pid: number) {
      sent.push(pid);
      stopped.add(pid);
      if (pid === CHILD && !childHasExeced()) execAt = Number.POSITIVE_INFINITY;
    },
  };
  const signals = new VerifiedSignals(table, sender, { pid: 2, uid: 1000, ancestors: [] }, timing.now);
  const listed: number[][] = [];
  const run = () =>
    freeze({
      table,
      timing,
      signals,
      scan: () => [[info(PARENT)], [info(CHILD)]],
      willStop: (members) => void listed.push([...members.map(({ pid }) => pid), sent.length]),
      awaiting: [],
      limitMs: 1000,
    });
  return { run, sent, listed };
}

describe('freeze', () => {
  it('waits for a parent to be stopped before it stops the child, which the parent may be waiting for', async () => {
    const { run, sent } = vforkWorld(20);
    expect(await run()).toEqual({ running: [], refused: [], growing: false });
    expect(sent).toEqual([PARENT, CHILD]);
  });

  it('does not wait for ever: the child is stopped too, and the parent reported', async () => {
    const { run, sent } = vforkWorld(10_000);
    const unfrozen = await run();
    expect(unfrozen.running.map(({ pid }) => pid)).toEqual([PARENT]);
    expect(sent).toEqual([PARENT, CHILD]);
  });

  it('writes members down before it stops them', async () => {
    const { run, listed } = vforkWorld(0);
    await run();
    expect(listed).toEqual([
      [PARENT, 0],
      [CHILD, 1],
    ]);
  });
});
