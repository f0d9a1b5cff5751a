import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, statSync } from 'node:fs';
import type { ProcessInfo, ProcessTable } from './process-table.ts';
import { environBlockNamesSession } from './session-marks.ts';

/** Reads `/proc` (proc(5)). `root` is another folder of the same shape in tests. */
export function linuxProcessTable(root = '/proc'): ProcessTable {
  const bootId = readText(`${root}/sys/kernel/random/boot_id`)?.trim() ?? '';

  const readStat = (pid: number): Stat | undefined => {
    const text = readText(`${root}/${pid}/stat`);
    const stat = text === undefined ? undefined : parseStat(text);
    if (stat?.pid !== pid) return undefined;
    const living = withLivingThread(root, stat);
    return living.name === NODE_MAIN_THREAD ? { ...living, name: nameOf(executable(pid)) ?? living.name } : living;
  };

  const executable = (pid: number): string | undefined => {
    try {
      // The kernel appends this when the file was replaced under the running process, as updates do.
      return readlinkSync(`${root}/${pid}/exe`).replace(/ \(deleted\)$/, '');
    } catch {
      return undefined;
    }
  };

  const toInfo = ({ threads: _, ...stat }: Stat, uid: number): ProcessInfo => ({ ...stat, uid, bootId });

  return {
    read(pid) {
      const stat = readStat(pid);
      const uid = stat && readUid(`${root}/${pid}/status`);
      return stat && uid !== undefined ? toInfo(stat, uid) : undefined;
    },

    list() {
      const rows: ProcessInfo[] = [];
      for (const name of readNames(root)) {
        const pid = Number(name);
        if (!Number.isInteger(pid)) continue;
        const stat = readStat(pid);
        // The folder's owner is cheaper than `status` and differs from it only for processes that forbid to be dumped.
        const uid = stat && ownerOf(`${root}/${pid}`);
        if (stat && uid !== undefined) rows.push(toInfo(stat, uid));
      }
      return rows;
    },

    executable: (pid) => executable(pid) ?? readStat(pid)?.name,

    carriesMark(pid, sessionId) {
      try {
        return environBlockNamesSession(readFileSync(`${root}/${pid}/environ`), sessionId);
      } catch {
        return false;
      }
    },

    ignoresTerm(pid) {
      try {
        const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync(`${root}/${pid}/status`, 'latin1'))?.[1];
        return mask !== undefined && (BigInt(`0x${mask}`) & SIGTERM_BIT) !== 0n;
      } catch {
        return false;
      }
    },
  };
}

/** Node names its first thread so (from version 22 on, seen on 24), which hides what runs. */
const NODE_MAIN_THREAD = 'MainThread';

const SIGTERM_BIT = 1n << 14n;

type Stat = Omit<ProcessInfo, 'uid' | 'bootId'> & { readonly threads: number };

/** Undefined when the text is not a whole `stat`. The name may hold spaces and parentheses: the last `)` ends it. */
function parseStat(text: string): Stat | undefined {
  const open = text.indexOf(' (');
  const close = text.lastIndexOf(')');
  // From here on fields[n] is field n + 3 of proc(5).
  const fields = text.slice(close + 2).split(' ');
  const number = (field: number): number => Number(fields[field - 3]);
  const startTime = fields[22 - 3];
  if (open < 0 || close < open || !startTime || !/^\d+$/.test(startTime)) return undefined;
  const terminal = number(7);
  return {
    pid: Number(text.slice(0, open)),
    name: text.slice(open + 2, close).replace(/\p{Cc}/gu, '?'),
    state: stateOf(fields[0]),
    ppid: number(4),
    pgid: number(5),
    sid: number(6),
    hasTerminal: terminal !== 0,
    foreground: terminal !== 0 && number(5) === number(8),
    threads: number(20),
    startTime,
  };
}

function nameOf(path: string | undefined): string | undefined {
  return path?.slice(path.lastIndexOf('/') + 1);
}

function stateOf(letter: string | undefined): ProcessInfo['state'] {
  switch (letter) {
    case 'T':
    case 't': // held by a debugger
      return 'stopped';
    case 'Z':
    case 'X':
    case 'x':
      return 'zombie';
    default:
      return 'running';
  }
}

/** When only the first thread has ended, the process looks like a zombie and works on: another thread tells its state. */
function withLivingThread(root: string, stat: Stat): Stat {
  if (stat.state !== 'zombie' || stat.threads < 2) return stat;
  for (const thread of readNames(`${root}/${stat.pid}/task`)) {
    const state = parseStat(readText(`${root}/${stat.pid}/task/${thread}/stat`) ?? '')?.state;
    if (state && state !== 'zombie') return { ...stat, state };
  }
  return stat;
}

function ownerOf(dir: string): number | undefined {
  try {
    return statSync(dir).uid;
  } catch {
    return undefined;
  }
}

/** Real user id: `Uid:` has real, effective, saved, file system. */
function readUid(statusFile: string): number | undefined {
  const uid = /^Uid:\s*(\d+)/m.exec(readText(statusFile) ?? '')?.[1];
  return uid === undefined ? undefined : Number(uid);
}

function readNames(dir: string): readonly string[] {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
}

/**
 * The first 4 KiB, where all that is looked for stands. Takes half the time of `readFileSync`, which matters in a scan
 * of hundreds.
 */
function readText(file: string): string | undefined {
  const buffer = Buffer.allocUnsafe(4096);
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}
