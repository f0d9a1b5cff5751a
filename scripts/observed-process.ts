import { readdirSync, readFileSync } from 'node:fs';

/**
 * A process as the kernel shows it, read by the tests' own eyes: nothing of the product is used, so that it cannot be
 * wrong in the same way. Linux only.
 */
export interface ObservedProcess {
  readonly pid: number;
  readonly ppid: number;
  /** Field 22 of `/proc/<pid>/stat`. */
  readonly startTime: string;
  readonly name: string;
  /** The kernel's letter: `R`, `S`, `D`, `T` (stopped), `Z` (dead, not yet collected), ... */
  readonly state: string;
  readonly sid: number;
}

/** Undefined when there is no such process. */
export function observe(pid: number): ObservedProcess | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name is in parentheses and may itself hold spaces and parentheses.
  const end = stat.lastIndexOf(')');
  const fields = stat.slice(end + 2).split(' ');
  return {
    pid,
    name: stat.slice(stat.indexOf('(') + 1, end),
    state: fields[0] ?? '',
    ppid: Number(fields[1]),
    sid: Number(fields[3]),
    startTime: fields[19] ?? '',
  };
}

/** True while this very process, not a later one with its pid, can still run. */
export function isRunning(seen: ObservedProcess): boolean {
  const now = observe(seen.pid);
  return now !== undefined && now.startTime === seen.startTime && now.state !== 'Z' && now.state !== 'X';
}

/** The arguments of a process, empty when there is no such process. */
export function argumentsOf(pid: number): readonly string[] {
  return entriesOf(pid, 'cmdline');
}

/** Every live process that was started with `name=value` in its environment, wherever it hangs in the tree. */
export function processesWith(name: string, value: string): readonly ObservedProcess[] {
  const entry = `${name}=${value}`;
  return readdirSync('/proc')
    .filter((file) => /^\d+$/.test(file) && entriesOf(Number(file), 'environ').includes(entry))
    .map((file) => observe(Number(file)))
    .filter((seen) => seen !== undefined)
    .filter(isRunning);
}

/** Of a file in which a zero byte ends each entry. */
function entriesOf(pid: number, file: 'cmdline' | 'environ'): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
