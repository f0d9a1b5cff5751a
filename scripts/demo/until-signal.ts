import { constants } from 'node:os';

/** The program was asked to end. */
export class Interrupted extends Error {
  /** As a shell gives it: 128 and the signal's number. */
  readonly exitStatus: number;

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.exitStatus = 128 + constants.signals[signal];
  }
}

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs `work`, and fails with `Interrupted` at once when a signal asks this program to end, so that the caller's
 * `finally` still ends what it started.
 */
export async function untilSignal<T>(work: () => Promise<T>): Promise<T> {
  let interrupt: (signal: NodeJS.Signals) => void = () => {};
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = (signal) => reject(new Interrupted(signal));
  });
  // They stay deaf to a second signal: what was started is still to be ended.
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return await Promise.race([work(), interrupted]);
}
