import type { ProcessTable } from './process-table.ts';

/**
 * One look at a table, to be asked many times: where each look starts a program (`ps`, PowerShell), one has to do.
 * Executables are known by name only.
 */
export function processSnapshot(table: ProcessTable): ProcessTable {
  const list = table.list();
  const rows = new Map(list.map((row) => [row.pid, row]));
  return {
    read: (pid) => rows.get(pid),
    list: () => list,
    executable: (pid) => rows.get(pid)?.name,
    carriesMark: (pid, sessionId) => table.carriesMark(pid, sessionId),
    ignoresTerm: (pid) => table.ignoresTerm(pid),
  };
}
