import { type ProcessIdentity, sameProcess } from '../../common/process/process-identity.ts';
import type { Target } from './process-control.ts';
import type { ProcessInfo, ProcessTable } from './process-table.ts';
import { startedBefore } from './start-order.ts';
import { readLiving, type Self } from './verify.ts';

/**
 * The agent and all it started, seen in one look at the table: level 0 is the agent, level 1 what it started, and so
 * on, so that parents come before their children. Ended processes (zombies too) are left out. Never in it: ourselves
 * and what we started, our ancestors, pid 1.
 *
 * Beside the parents' links two things lead to members whose parent is gone: `known`, the members seen before, parents
 * first; and the session's mark (see `ProcessTable.carriesMark`).
 */
export function readTree(
  table: ProcessTable,
  target: Target,
  self: Self,
  known: Iterable<ProcessIdentity> = [],
): readonly (readonly ProcessInfo[])[] {
  const rows = new Map<number, ProcessInfo>();
  const children = new Map<number, ProcessInfo[]>();
  const spared = new Set([1, self.pid, ...self.ancestors.map((ancestor) => ancestor.pid)]);
  for (const row of table.list()) {
    rows.set(row.pid, row);
    if (row.state === 'zombie' || spared.has(row.pid)) continue;
    const siblings = children.get(row.ppid);
    if (siblings) siblings.push(row);
    else children.set(row.ppid, [row]);
  }

  const levels: ProcessInfo[][] = [];
  const members = new Set<number>();
  const addWithDescendants = (head: ProcessInfo, depth: number): void => {
    for (let level = [head], at = depth; level.length > 0; at++) {
      const fresh = level.filter((row) => !members.has(row.pid));
      for (const row of fresh) {
        members.add(row.pid);
        const onLevel = levels[at];
        if (onLevel) onLevel.push(row);
        else levels[at] = [row];
      }
      level = fresh.flatMap((parent) => (children.get(parent.pid) ?? []).filter((child) => isChild(child, parent)));
    }
  };

  levels[0] = [];
  for (const identity of [target.process, ...known]) {
    const row = rows.get(identity.pid);
    if (!row || row.state === 'zombie' || spared.has(row.pid) || !sameProcess(row, identity)) continue;
    addWithDescendants(row, sameProcess(identity, target.process) ? 0 : 1);
  }
  const orphans = orphanTest(target, rows);
  for (const row of rows.values()) {
    if (row.state === 'zombie' || spared.has(row.pid) || members.has(row.pid)) continue;
    if (row.uid !== self.uid || row.ppid === self.pid || !orphans(row)) continue;
    // Read again: between the list and the look at the mark the pid may have passed to another process.
    if (table.carriesMark(row.pid, target.sessionId) && readLiving(table, row)) addWithDescendants(row, 1);
  }
  return levels;
}

/** On Windows the link to a parent stays when the parent is gone and its pid has passed to a younger process. */
function isChild(child: ProcessInfo, parent: ProcessInfo): boolean {
  return !startedBefore(child.startTime, parent.startTime);
}

/**
 * Tells processes that may have lost their parent inside the agent's tree. Orphans go to pid 1 or to an ancestor of
 * the agent; when the agent is gone, its ancestors are not known any more, but they are older than it. What a later
 * process of the same session has started (a resumed session keeps its id) still has its parent, which is younger.
 */
function orphanTest(target: Target, rows: ReadonlyMap<number, ProcessInfo>): (row: ProcessInfo) => boolean {
  const { startTime, bootId } = target.process;
  const now = rows.get(target.process.pid);
  if (now && sameProcess(now, target.process)) {
    const ancestors = ancestorsOf(now, rows);
    return (row) =>
      !startedBefore(row.startTime, startTime) &&
      !ancestors.has(row.pid) &&
      (row.ppid === 1 || ancestors.has(row.ppid));
  }
  return (row) => {
    const parent = rows.get(row.ppid);
    return (
      row.bootId === bootId &&
      startedBefore(startTime, row.startTime) &&
      (row.ppid === 1 || (parent !== undefined && startedBefore(parent.startTime, startTime)))
    );
  };
}

function ancestorsOf(info: ProcessInfo, rows: ReadonlyMap<number, ProcessInfo>): ReadonlySet<number> {
  const ancestors = new Set<number>();
  for (let at = info.ppid; at > 1 && !ancestors.has(at); at = rows.get(at)?.ppid ?? 0) ancestors.add(at);
  return ancestors;
}
