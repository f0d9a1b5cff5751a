import type { ProcessInfo, ProcessTable } from './process-table.ts';
import { type RunProgram, runProgram } from './run-program.ts';

/**
 * Asks `Win32_Process` through PowerShell; one look takes about half a second. Windows has no process groups, no
 * stopped state and no user ids of this kind (`uid` is 0 throughout: the system itself refuses what is not ours), and a
 * parent's pid is never corrected when the parent ends, so a link counts only with the start times (see `tree.ts`).
 */
export function windowsProcessTable(run: RunProgram = runProgram): ProcessTable {
  const query = (filter: string): readonly ProcessInfo[] => {
    const script = `Get-CimInstance Win32_Process${filter} | ForEach-Object { ${FORMAT} }`;
    const rows: ProcessInfo[] = [];
    for (const line of (run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', script]) ?? '').split(
      '\n',
    )) {
      const row = parseRow(line);
      if (row) rows.push(row);
    }
    return rows;
  };
  const read = (pid: number): ProcessInfo | undefined =>
    query(` -Filter "ProcessId=${pid}"`).find((row) => row.pid === pid);
  return {
    read,
    list: () => query(''),
    executable: (pid) => read(pid)?.name,
    carriesMark: () => false,
    ignoresTerm: () => false,
  };
}

/** Pid, parent's pid, creation as file time (100 ns since 1601), name. System processes without a date are left out. */
const FORMAT =
  "if ($_.CreationDate) { '{0},{1},{2},{3}' -f $_.ProcessId, $_.ParentProcessId, $_.CreationDate.ToFileTimeUtc(), $_.Name }";

function parseRow(line: string): ProcessInfo | undefined {
  const [, pid, ppid, startTime, name] = /^(\d+),(\d+),(\d+),(.*?)\s*$/.exec(line) ?? [];
  if (!pid || !startTime) return undefined;
  return {
    pid: Number(pid),
    ppid: Number(ppid),
    uid: 0,
    name: (name ?? '').replace(/\p{Cc}/gu, '?'),
    state: 'running',
    pgid: 0,
    sid: 0,
    hasTerminal: false,
    foreground: false,
    startTime,
    bootId: '',
  };
}
