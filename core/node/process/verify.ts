import { type ProcessIdentity, sameProcess } from '../../common/process/process-identity.ts';
import type { ProcessInfo, ProcessTable } from './process-table.ts';

/** Who we are, and above whom no signal may ever reach. */
export interface Self {
  readonly pid: number;
  readonly uid: number;
  /**
   * Our ancestors when this was read. Later ones are among them: an orphan goes to an ancestor of its parent or to
   * pid 1.
   */
  readonly ancestors: readonly ProcessIdentity[];
}

/** `uid` is 0 on Windows, as in its process table. */
export function observeSelf(table: ProcessTable, pid = process.pid, uid = process.getuid?.() ?? 0): Self {
  const ancestors: ProcessInfo[] = [];
  const seen = new Set([pid]);
  for (let at = table.read(pid)?.ppid; at !== undefined && at > 1 && !seen.has(at); ) {
    seen.add(at);
    const info = table.read(at);
    if (info) ancestors.push(info);
    at = info?.ppid;
  }
  return { pid, uid, ancestors };
}

/** Why a process gets no signal. */
export interface Refusal {
  readonly refusal:
    | 'gone'
    | 'other-process'
    | 'other-boot'
    | 'other-user'
    | 'init'
    | 'ourselves'
    | 'our-ancestor'
    | 'not-permitted';
  /** One sentence part that names the process. */
  readonly reason: string;
}

export function isRefusal(result: ProcessInfo | Refusal): result is Refusal {
  return 'refusal' in result;
}

/** Whether the process that was meant has ended, whoever has its pid now. */
export function meansEnded({ refusal }: Refusal): boolean {
  return refusal === 'gone' || refusal === 'other-process';
}

/**
 * Looks at a process right before a signal: it must be the one that was meant, of this boot, ours, and neither
 * ourselves nor above us. Gives it as it is now, or the reason to leave it alone.
 */
export function verify(table: ProcessTable, identity: ProcessIdentity, self: Self): ProcessInfo | Refusal {
  const { pid } = identity;
  const refuse = (refusal: Refusal['refusal'], reason: string): Refusal => ({ refusal, reason });
  // Zero and negative numbers would reach whole process groups.
  if (!Number.isInteger(pid) || pid <= 1) return refuse('init', `pid ${pid} is never signalled`);
  if (pid === self.pid) return refuse('ourselves', `pid ${pid} is this program itself`);
  const info = table.read(pid);
  if (!info || info.state === 'zombie') return refuse('gone', `pid ${pid} is gone`);
  if (info.bootId !== identity.bootId) return refuse('other-boot', `pid ${pid} was recorded before a restart`);
  if (info.startTime !== identity.startTime) {
    return refuse('other-process', `pid ${pid} is another process now (started at another time)`);
  }
  if (info.uid !== self.uid) return refuse('other-user', `pid ${pid} (${info.name}) belongs to another user`);
  if (self.ancestors.some((ancestor) => sameProcess(ancestor, info))) {
    return refuse('our-ancestor', `pid ${pid} (${info.name}) is an ancestor of this program`);
  }
  return info;
}

/** The process when it is still the same one and has not ended (a zombie has). */
export function readLiving(table: Pick<ProcessTable, 'read'>, identity: ProcessIdentity): ProcessInfo | undefined {
  const info = table.read(identity.pid);
  return info && info.state !== 'zombie' && sameProcess(info, identity) ? info : undefined;
}
