import { isShell } from './executable-names.ts';
import type { ProcessInfo, ProcessTable } from './process-table.ts';

/**
 * True when the process is a job that an interactive shell runs in the foreground of its terminal: such a shell sees
 * its job stop and takes the terminal back. Only a direct child in a group of its own is a job; to be asked before
 * the stop, since afterwards the job is in the background.
 */
export function isForegroundJob(table: ProcessTable, info: ProcessInfo): boolean {
  return info.foreground && isShellJob(table, info);
}

/** True for the same job when the shell has the terminal: it runs, but cannot read from the terminal. */
export function isBackgroundJob(table: ProcessTable, info: ProcessInfo): boolean {
  return info.hasTerminal && !info.foreground && isShellJob(table, info);
}

function isShellJob(table: ProcessTable, info: ProcessInfo): boolean {
  const parent = info.ppid > 1 ? table.read(info.ppid) : undefined;
  return parent !== undefined && isShell(parent.name) && parent.hasTerminal && parent.pgid !== info.pgid;
}

export const SHELL_TAKES_TERMINAL =
  'its shell notices the stop and takes the terminal back; after `agent-trace resume` type `fg` there';
export const HELD = 'the agent keeps its terminal and is held at its next call';
export const TYPE_FG = 'it runs in the background of its shell: type `fg` in its terminal';
