import type { ProcessInfo, ProcessTable } from './process-table.ts';
import { keyOf, type VerifiedSignals } from './verified-signals.ts';
import { isRefusal, meansEnded, type Refusal, readLiving } from './verify.ts';

/** Monotonic time in milliseconds, and waiting. A parameter, so that a made-up world can move while we wait. */
export interface Timing {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface Freezing {
  readonly table: ProcessTable;
  readonly timing: Timing;
  readonly signals: VerifiedSignals;
  /** Reads the tree anew, parents before children. */
  readonly scan: () => readonly (readonly ProcessInfo[])[];
  /** Called before members are stopped, parents first: what is listed can be continued even if we die now. */
  readonly willStop: (members: readonly ProcessInfo[]) => void;
  /** Members that have been sent SIGSTOP already. */
  readonly awaiting: readonly ProcessInfo[];
  readonly limitMs: number;
}

export interface Unfrozen {
  /** Sent SIGSTOP, not seen stopped. */
  readonly running: readonly ProcessInfo[];
  /** Running members that may not be signalled. */
  readonly refused: readonly Refusal[];
  /** The time was over while new members still appeared. */
  readonly growing: boolean;
}

/** Waiting for one level of the tree; a process in a disk wait takes longer, then its children are stopped first. */
const LEVEL_MS = 50;

/**
 * Stops every member of a tree, parents first, and looks again until nothing runs in it. A level is seen stopped before
 * the next is touched: a parent that waits for its child's `exec` (vfork) stops only after it, so a child stopped too
 * early would keep both from ever stopping.
 */
export async function freeze(freezing: Freezing): Promise<Unfrozen> {
  const { table, timing, signals, scan, willStop, awaiting, limitMs } = freezing;
  const pending = new Map(awaiting.map((member) => [keyOf(member), member]));
  const refused = new Map<string, Refusal>();
  const end = timing.now() + limitMs;
  await untilStopped(table, timing, pending);
  for (;;) {
    let stopped = 0;
    for (const level of scan()) {
      const running = level.filter(
        (member) => member.state === 'running' && !pending.has(keyOf(member)) && !refused.has(keyOf(member)),
      );
      if (running.length > 0) willStop(running);
      for (const member of running) {
        const result = signals.send(member, 'SIGSTOP', isRunning);
        if (!isRefusal(result)) {
          stopped++;
          pending.set(keyOf(member), member);
        } else if (!meansEnded(result)) {
          refused.set(keyOf(member), result);
        }
      }
      await untilStopped(table, timing, pending);
    }
    const quiet = stopped === 0 && pending.size === 0;
    if (quiet || timing.now() > end) {
      return { running: [...pending.values()], refused: [...refused.values()], growing: !quiet && pending.size === 0 };
    }
  }
}

export function isRunning(info: ProcessInfo): boolean {
  return info.state === 'running';
}

/** Takes out of `pending` what is stopped or gone; waits for the rest, but not long. */
async function untilStopped(table: ProcessTable, timing: Timing, pending: Map<string, ProcessInfo>): Promise<void> {
  const end = timing.now() + LEVEL_MS;
  for (let look = 0; ; look++) {
    for (const [key, member] of pending) {
      if (readLiving(table, member)?.state !== 'running') pending.delete(key);
    }
    if (pending.size === 0 || timing.now() > end) return;
    // A stop takes some tens of microseconds: look a few times before going to sleep for a whole millisecond.
    if (look >= 5) await timing.sleep(1);
  }
}
