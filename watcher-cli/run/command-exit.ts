import { constants } from 'node:os';

/** How a command ended: with `signal` when one ended it, else with `code`. */
export interface CommandExit {
  readonly code: number;
  readonly signal: NodeJS.Signals | undefined;
}

/**
 * Signals by which we end, too, when the command was ended by them, so that whoever started us sees what it would have
 * seen without us. Of those left out, some write a memory dump (ours would be of the wrong program).
 */
const RAISED: ReadonlySet<NodeJS.Signals> = new Set<NodeJS.Signals>(['SIGHUP', 'SIGINT', 'SIGTERM', 'SIGKILL']);

/** As shells have it: 128 and the signal's number. */
export function exitStatus(exit: CommandExit): number {
  return exit.signal === undefined ? exit.code : 128 + constants.signals[exit.signal];
}

/** Does not come back when the command was ended by a signal that we end by, too. */
export function raiseSignalOf(exit: CommandExit): void {
  if (exit.signal !== undefined && RAISED.has(exit.signal) && process.platform !== 'win32') {
    process.kill(process.pid, exit.signal);
  }
}
