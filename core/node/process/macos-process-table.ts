import type { ProcessInfo, ProcessTable } from './process-table.ts';
import { type RunProgram, runProgram } from './run-program.ts';

/**
 * Asks `ps` of macOS (the BSDs' is alike). One look takes some 10 ms. Start times are whole seconds. Environments and
 * ignored signals cannot be seen, therefore no marks are found and a kill always waits its grace.
 */
export function macosProcessTable(run: RunProgram = runProgram): ProcessTable {
  let bootId: string | undefined;
  const ps = (which: readonly string[]): readonly ProcessRow[] => {
    bootId ??= run('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'])?.trim() ?? '';
    const rows: ProcessRow[] = [];
    for (const line of (run('/bin/ps', [...which, '-o', COLUMNS]) ?? '').split('\n')) {
      const row = parseRow(line, bootId);
      if (row) rows.push(row);
    }
    return rows;
  };
  const one = (pid: number): ProcessRow | undefined => ps(['-p', String(pid)]).find((row) => row.info.pid === pid);
  return {
    read: (pid) => one(pid)?.info,
    list: () => ps(['-ax']).map((row) => row.info),
    executable: (pid) => one(pid)?.executable,
    carriesMark: () => false,
    ignoresTerm: () => false,
  };
}

interface ProcessRow {
  readonly info: ProcessInfo;
  readonly executable: string;
}

/** `comm` comes last: it is the executable's path here and may hold spaces. */
const COLUMNS = 'pid=,ppid=,ruid=,pgid=,tpgid=,stat=,lstart=,comm=';

const ROW =
  /^\s*(?<pid>\d+)\s+(?<ppid>\d+)\s+(?<uid>\d+)\s+(?<pgid>\d+)\s+(?<tpgid>-?\d+)\s+(?<stat>\S+)\s+(?<lstart>\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})\s+(?<comm>.*\S)\s*$/;

function parseRow(line: string, bootId: string): ProcessRow | undefined {
  const fields = ROW.exec(line)?.groups;
  if (!fields) return undefined;
  const { stat = '', lstart = '', comm = '' } = fields;
  const pid = Number(fields['pid']);
  const info: ProcessInfo = {
    pid,
    ppid: Number(fields['ppid']),
    uid: Number(fields['uid']),
    name: comm.slice(comm.lastIndexOf('/') + 1).replace(/\p{Cc}/gu, '?'),
    state: stat.startsWith('T') ? 'stopped' : stat.startsWith('Z') ? 'zombie' : 'running',
    pgid: Number(fields['pgid']),
    // `sess` is an address in the kernel; only leaders are told, by an `s`.
    sid: stat.includes('s') ? pid : 0,
    hasTerminal: Number(fields['tpgid']) > 0,
    foreground: stat.includes('+'),
    startTime: lstart.replace(/\s+/g, ' '),
    bootId,
  };
  return { info, executable: comm };
}
