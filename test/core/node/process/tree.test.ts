import { describe, expect, it } from 'vitest';
import type { ProcessInfo, ProcessTable } from '../../../../core/node/process/process-table.ts';
import { readTree } from '../../../../core/node/process/tree.ts';
import type { Self } from '../../../../core/node/process/verify.ts';

type Row = readonly [pid: number, ppid: number, start: number, extra?: Partial<ProcessInfo> & { marked?: boolean }];

const AGENT: Row = [100, 50, 1000];
/** What stands above the agent: the shell of a terminal, and what reaps orphans. */
const ABOVE: readonly Row[] = [
  [1, 0, 0],
  [20, 1, 10],
  [50, 20, 500],
];
const US: readonly Row[] = [
  [200, 20, 600],
  [201, 200, 700],
];
const SELF: Self = { pid: 201, uid: 1000, ancestors: [info([200, 20, 600]), info([20, 1, 10])] };

function info([pid, ppid, start, { marked: _, ...extra } = {}]: Row): ProcessInfo {
  return {
    pid,
    ppid,
    uid: 1000,
    name: `p${pid}`,
    state: 'running',
    pgid: pid,
    sid: pid,
    hasTerminal: false,
    foreground: false,
    startTime: String(start),
    bootId: 'boot',
    ...extra,
  };
}

/** Pids of the tree, level by level. */
function levels(rows: readonly Row[], known: readonly Row[] = [], agent = AGENT): readonly (readonly number[])[] {
  const all = [...ABOVE, ...US, ...rows];
  const table: ProcessTable = {
    read: (pid) => all.map(info).find((row) => row.pid === pid),
    list: () => all.map(info),
    executable: () => undefined,
    carriesMark: (pid, sessionId) => sessionId === 'session' && all.some((row) => row[0] === pid && row[3]?.marked),
    ignoresTerm: () => false,
  };
  const target = { process: info(agent), sessionId: 'session' };
  return readTree(table, target, SELF, known.map(info)).map((level) => level.map(({ pid }) => pid));
}

const marked = { marked: true };

describe('readTree', () => {
  it('gives the agent and its descendants, parents before children', () => {
    expect(levels([[103, 102, 1003], AGENT, [101, 100, 1001], [102, 101, 1002], [104, 100, 1004]])).toEqual([
      [100],
      [101, 104],
      [102],
      [103],
    ]);
  });

  it('leaves out what stands beside the agent, also below the same shell', () => {
    expect(levels([AGENT, [60, 50, 1500], [61, 60, 1501], [70, 1, 1502]])).toEqual([[100]]);
  });

  it('leaves out zombies', () => {
    expect(levels([AGENT, [101, 100, 1001, { state: 'zombie' }]])).toEqual([[100]]);
    expect(levels([[100, 50, 1000, { state: 'zombie' }]])).toEqual([[]]);
  });

  it('is empty when the pid of the agent has passed to another process', () => {
    expect(
      levels([
        [100, 50, 999],
        [101, 100, 1001],
      ]),
    ).toEqual([[]]);
  });

  it('does not believe a link to a parent that is younger than its child', () => {
    expect(levels([AGENT, [101, 100, 900]])).toEqual([[100]]);
  });

  it('holds the marked orphans of the agent, with their descendants', () => {
    expect(levels([AGENT, [110, 1, 1005, marked], [111, 110, 1006], [120, 20, 1007, marked]])).toEqual([
      [100],
      [110, 120],
      [111],
    ]);
  });

  it('holds no orphan that is unmarked, older than the agent, another user’s or from below a living parent', () => {
    expect(
      levels([
        AGENT,
        [110, 1, 1005],
        [111, 1, 999, marked],
        [112, 1, 1005, { ...marked, uid: 0 }],
        [60, 50, 1500],
        [61, 60, 1501, marked],
      ]),
    ).toEqual([[100]]);
  });

  it('does not take a mark for that of a process whose pid has passed on since the list was read', () => {
    const rows: readonly Row[] = [...ABOVE, AGENT, [110, 1, 1005], [111, 110, 1006]];
    const table: ProcessTable = {
      read: (pid) => (pid === 110 ? info([110, 100, 1007]) : undefined),
      list: () => rows.map(info),
      executable: () => undefined,
      carriesMark: (pid) => pid === 110,
      ignoresTerm: () => false,
    };
    const tree = readTree(table, { process: info(AGENT), sessionId: 'session' }, SELF);
    expect(tree.flat().map(({ pid }) => pid)).toEqual([100]);
  });

  it('never holds ourselves, what we started, our ancestors or those of the agent, marked or not', () => {
    expect(levels([AGENT, [202, 201, 1100, marked], [203, 202, 1101, marked]])).toEqual([[100]]);
    // The agent is gone, and we are older than it, as those are to whom orphans go.
    expect(levels([[202, 201, 1100, marked]])).toEqual([[]]);
    // An agent whose shell is marked and as old as itself, as coarse start times have it.
    expect(
      levels(
        [
          [55, 20, 1000, marked],
          [100, 55, 1000],
        ],
        [],
        [100, 55, 1000],
      ),
    ).toEqual([[100]]);
  });

  it('never enters a branch that leads to ourselves', () => {
    const rows: Row[] = [AGENT, [101, 100, 1001], [201, 101, 1002], [202, 201, 1003]];
    const table: ProcessTable = {
      read: () => undefined,
      list: () => rows.map(info),
      executable: () => undefined,
      carriesMark: () => true,
      ignoresTerm: () => false,
    };
    const tree = readTree(table, { process: info(AGENT), sessionId: 'session' }, SELF);
    expect(tree.flat().map(({ pid }) => pid)).toEqual([100, 101]);
  });

  it('keeps members met before, with their new descendants, when the agent is gone', () => {
    const known: Row[] = [
      [101, 100, 1001],
      [102, 101, 1002],
    ];
    expect(
      levels(
        [
          [101, 1, 1001],
          [102, 101, 1002],
          [105, 102, 1009],
        ],
        known,
      ),
    ).toEqual([[], [101], [102], [105]]);
    expect(levels([[101, 1, 1003]], known)).toEqual([[]]);
  });

  it('holds marked orphans of an agent that is gone, but not what a later process of the session started', () => {
    expect(
      levels([
        [110, 1, 1005, marked],
        [120, 20, 1005, marked],
        [130, 50, 2000],
        [131, 130, 2001, marked],
        [132, 131, 2002, marked],
      ]),
    ).toEqual([[], [110, 120]]);
  });
});
