import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asRecord, parseJson } from '../../../../core/common/json.ts';
import { AgentTraceError } from '../../../../core/node/agent-trace-error.ts';
import { acquireStoreLock, type StoreLockOptions } from '../../../../core/node/control/store-lock.ts';
import { watcherPaths } from '../../../../core/node/control/watcher-paths.ts';
import type { ProcessInfo } from '../../../../core/node/process/process-table.ts';
import { systemProcessTable } from '../../../../core/node/process/system-process-table.ts';
import { ChildProgram } from './child-program.ts';

let folder: string;
let runtimeDir: string;
let store: string;
let children: ChildProgram[];

beforeEach(() => {
  folder = realpathSync.native(mkdtempSync(join(tmpdir(), 'agent-trace-lock-')));
  runtimeDir = join(folder, 'run');
  store = join(folder, '.agent-traces');
  mkdirSync(store);
  children = [];
});

afterEach(async () => {
  await Promise.all(children.map((child) => child.kill()));
  rmSync(folder, { recursive: true, force: true });
});

const table = systemProcessTable();
const options = (more: Partial<StoreLockOptions> = {}): StoreLockOptions => ({
  runtimeDir,
  store,
  table,
  now: () => 1_795_000_000,
  ...more,
});

async function contender(): Promise<ChildProgram> {
  const child = new ChildProgram('lock-contender.ts', [runtimeDir, store]);
  children.push(child);
  await child.hear();
  return child;
}

/** All of them at once; gives who won and what the others were told. */
async function contend(contenders: readonly ChildProgram[]) {
  for (const child of contenders) child.tell('go');
  const winners: ChildProgram[] = [];
  const refusals: string[] = [];
  for (const child of contenders) {
    const result = asRecord(parseJson(await child.hear()));
    if (result?.won === true) winners.push(child);
    else refusals.push(String(result?.message));
  }
  return { winners, refusals };
}

function refusal(more: Partial<StoreLockOptions> = {}): AgentTraceError {
  try {
    acquireStoreLock(options(more));
  } catch (error) {
    if (error instanceof AgentTraceError) return error;
    throw error;
  }
  throw new Error('the lock was given');
}

const ourselves = (): ProcessInfo => {
  const info = table.read(process.pid);
  if (!info) throw new Error('not in the process table');
  return info;
};

const lockFolder = () => watcherPaths(runtimeDir, store).lock;

function writeGeneration(generation: number, holder: object): void {
  mkdirSync(lockFolder(), { recursive: true });
  writeFileSync(join(lockFolder(), String(generation)), JSON.stringify(holder));
}

test('of ten processes that start at once one gets the lock, and the others are told which and since when', async () => {
  const contenders = await Promise.all(Array.from({ length: 10 }, contender));
  const { winners, refusals } = await contend(contenders);
  expect(winners).toHaveLength(1);
  expect(refusals).toHaveLength(9);
  for (const message of refusals) {
    expect(message).toContain(`${store} is already watched by process ${winners[0]?.pid} since 20`);
  }
});

test('when the holder is killed, exactly one of several newcomers takes over, time after time', async () => {
  const contenders = await Promise.all(Array.from({ length: 6 }, contender));
  for (let round = 0; round < 12; round++) {
    const { winners } = await contend(contenders);
    expect(winners, `round ${round}`).toHaveLength(1);
    for (const winner of winners) {
      await winner.kill();
      contenders[contenders.indexOf(winner)] = await contender();
    }
  }
});

test('a lock that was released can be taken again, and its folder stays small', () => {
  for (let round = 0; round < 40; round++) acquireStoreLock(options()).release();
  expect(readdirSync(lockFolder()).length).toBeLessThanOrEqual(8);
  expect(Math.max(...readdirSync(lockFolder()).map(Number))).toBe(40);
});

test('a store has one lock whatever path leads to it', () => {
  const other = join(folder, 'link');
  symlinkSync(store, other);
  const lock = acquireStoreLock(options());
  expect(lock.store).toBe(store);
  expect(refusal({ store: other }).code).toBe('already-watched');
});

test('a lock is not held by another process that got the same pid', () => {
  const { pid, bootId } = ourselves();
  writeGeneration(1, { process: { pid, startTime: '1', bootId }, since: 1 });
  expect(acquireStoreLock(options()).process.pid).toBe(process.pid);
});

test('a lock is not held by a process of an earlier boot', () => {
  const { pid, startTime } = ourselves();
  writeGeneration(1, { process: { pid, startTime, bootId: 'earlier' }, since: 1 });
  expect(acquireStoreLock(options()).process.pid).toBe(process.pid);
});

test('a killed holder that nobody has waited for yet does not hold the lock', () => {
  const { pid, startTime, bootId } = ourselves();
  writeGeneration(1, { process: { pid, startTime, bootId }, since: 1 });
  const read = (wanted: number) => ({ ...ourselves(), pid: wanted, state: 'zombie' as const });
  expect(acquireStoreLock(options({ table: { read } })).process.pid).toBe(process.pid);
});

test('a stopped holder holds the lock, and the refusal says that it is stopped', () => {
  acquireStoreLock(options());
  const read = () => ({ ...ourselves(), state: 'stopped' as const });
  expect(refusal({ table: { read } }).message).toContain('which is stopped at the moment');
});

test('a process that was slow to take over a stale lock withdraws before a newer holder', () => {
  const { pid, startTime, bootId } = ourselves();
  const dead = 2 ** 30;
  writeGeneration(1, { process: { pid: dead, startTime: '1', bootId }, since: 1 });
  // While we find out that the holder of 1 is dead, others take 2 and 3, and 1 and 2 are swept away.
  const read = (wanted: number) => {
    if (wanted !== dead) return table.read(wanted);
    writeGeneration(3, { process: { pid, startTime, bootId }, since: 1 });
    rmSync(join(lockFolder(), '1'), { force: true });
    return undefined;
  };
  expect(refusal({ table: { read } }).code).toBe('already-watched');
  expect(readdirSync(lockFolder())).toEqual(['3']);
});

test('a lock that cannot be read is not taken for free', () => {
  mkdirSync(join(lockFolder(), '1'), { recursive: true });
  expect(() => acquireStoreLock(options())).toThrow('EISDIR');
});
