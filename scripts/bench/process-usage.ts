import { readFileSync } from 'node:fs';

/** USER_HZ, which Linux has in `/proc` whatever the kernel's own is. */
const TICKS_A_SECOND = 100;

/** User and system time of a process, its ended children aside (proc(5), fields 14 and 15 of `stat`). */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** Memory that a process has now, and the most that it had, in MB (proc(5), `status`). */
export function memoryMb(pid: number): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
  return { now: field('VmRSS'), most: field('VmHWM') };
}
