import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asNumber, asRecord, parseJson } from '../../common/json.ts';
import { decodeProcessIdentity, type ProcessIdentity, sameProcess } from '../../common/process/process-identity.ts';
import { AgentTraceError } from '../agent-trace-error.ts';
import { writePrivateFile } from '../private-file.ts';
import type { ProcessTable } from '../process/process-table.ts';
import { watcherPaths } from './watcher-paths.ts';

/** Held by the one watcher of a store. */
export interface StoreLock {
  /** Real path. */
  readonly store: string;
  readonly process: ProcessIdentity;
  /** A process that ends without it leaves a lock that the next one takes over. */
  release(): void;
}

export interface StoreLockOptions {
  readonly runtimeDir: string;
  /** Any path of an existing store. */
  readonly store: string;
  readonly table: Pick<ProcessTable, 'read'>;
  /** Unix seconds. */
  readonly now: () => number;
}

interface Holder {
  readonly process: ProcessIdentity;
  readonly since: number;
}

/** Generations kept, so that a process that was slow between its two looks still finds a newer one than its own. */
const KEPT = 8;
const ATTEMPTS = 100;

/**
 * Takes the lock of a store for this process, or throws AgentTraceError `already-watched` saying who has it.
 *
 * The lock is a folder of numbered files, each naming a process. The highest number counts; it is held while its process
 * lives (same pid, start time and boot). To take it over is to create the next number, which succeeds for one process
 * only (`link` of a file that is already complete), and then to look again: whoever finds a higher number was late and
 * withdraws. The highest number is never removed, not even on release, so no number counts twice.
 */
export function acquireStoreLock(options: StoreLockOptions): StoreLock {
  const { runtimeDir, table, now } = options;
  const store = realpathSync.native(options.store);
  const self = table.read(process.pid);
  if (!self) throw new AgentTraceError('internal', `process ${process.pid} (this one) is not in the process table`);
  const identity: ProcessIdentity = { pid: self.pid, startTime: self.startTime, bootId: self.bootId };
  const folder = watcherPaths(runtimeDir, store).lock;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const newest = newestGeneration(folder);
    const holder = readHolder(folder, newest);
    if (holder) refuseIfAlive(store, holder, table);
    const mine = newest + 1;
    if (!claim(folder, mine, { process: identity, since: now() })) continue;
    if (newestGeneration(folder) > mine) {
      rmSync(join(folder, String(mine)), { force: true });
      continue;
    }
    sweep(folder, mine - KEPT);
    return { store, process: identity, release: () => writePrivateFile(join(folder, String(mine)), '{}\n') };
  }
  throw new AgentTraceError('internal', `the lock ${folder} changed ${ATTEMPTS} times while it was being taken`);
}

function refuseIfAlive(store: string, holder: Holder, table: Pick<ProcessTable, 'read'>): void {
  const found = table.read(holder.process.pid);
  if (!found || found.state === 'zombie' || !sameProcess(found, holder.process)) return;
  const since = new Date(holder.since * 1000).toLocaleString('sv-SE');
  const stopped = found.state === 'stopped' ? ', which is stopped at the moment' : '';
  throw new AgentTraceError(
    'already-watched',
    `${store} is already watched by process ${found.pid} since ${since}${stopped}; end that one first`,
  );
}

/** 0 when nobody has ever held the lock. */
function newestGeneration(folder: string): number {
  return Math.max(0, ...generations(folder));
}

function generations(folder: string): readonly number[] {
  return readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Undefined when it was released, or when a newer generation has swept it away. */
function readHolder(folder: string, generation: number): Holder | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, String(generation)), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const record = asRecord(parseJson(text));
  const identity = decodeProcessIdentity(record?.process);
  return identity && { process: identity, since: asNumber(record?.since) ?? 0 };
}

/** False when another process was faster. */
function claim(folder: string, generation: number, holder: Holder): boolean {
  const temporary = join(folder, `${randomBytes(8).toString('hex')}.tmp`);
  writeFileSync(temporary, `${JSON.stringify(holder)}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, join(folder, String(generation)));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ENOENT: the winner has swept our temporary file.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function sweep(folder: string, upTo: number): void {
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.tmp') || Number(name) <= upTo) rmSync(join(folder, name), { force: true });
  }
}
