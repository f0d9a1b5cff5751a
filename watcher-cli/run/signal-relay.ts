import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import type { StartedCommand } from './start-command.ts';

/** Sent to us alone (`kill`, a service manager), so handed on. */
const HANDED_ON = ['SIGTERM', 'SIGHUP'] as const;
/** Sent by the terminal to every process in the foreground: the command has it already and decides for itself. */
const LEFT_TO_COMMAND = ['SIGINT', 'SIGQUIT'] as const;

/**
 * How long a command may take to stop after Ctrl+Z, as pauses in milliseconds between two looks: programs that own the
 * screen tidy it up first.
 */
const LOOKS_FOR_STOP = [0, 5, 10, 20, 40, 80, 160, 320, 640, 1280] as const;

/**
 * Signals while a command runs in our place: those of the terminal are the command's, other requests to end go to it,
 * and Ctrl+Z stops us when, and only when, it stops the command. A SIGSTOP that the command gets from elsewhere is not
 * followed: we run on, so its shell keeps our job in the foreground, and after the SIGCONT the terminal is still there.
 */
export class SignalRelay {
  private readonly table: Pick<ProcessTable, 'read'>;
  private readonly listeners: readonly (readonly [NodeJS.Signals, () => void])[];
  private command: StartedCommand | undefined;
  private suspensions = 0;

  /** Begins at once, so that no signal ends us between the start of the command and `relayTo`. */
  constructor(table: Pick<ProcessTable, 'read'>) {
    this.table = table;
    this.listeners = [
      ...LEFT_TO_COMMAND.map((signal) => [signal, () => undefined] as const),
      ...HANDED_ON.map((signal) => [signal, () => this.command?.signal(signal)] as const),
      ...(process.platform === 'win32' ? [] : [['SIGTSTP', () => void this.suspend()] as const]),
    ];
    for (const [signal, listener] of this.listeners) process.on(signal, listener);
  }

  relayTo(command: StartedCommand): void {
    this.command = command;
  }

  /** From now on signals do to us what they always do. */
  close(): void {
    this.suspensions += 1;
    for (const [signal, listener] of this.listeners) process.off(signal, listener);
  }

  /** Stops this process once the command is stopped; when that takes no notice of Ctrl+Z, neither do we. */
  private async suspend(): Promise<void> {
    this.suspensions += 1;
    const mine = this.suspensions;
    for (const pause of LOOKS_FOR_STOP) {
      await sleep(pause, undefined, { ref: false });
      if (mine !== this.suspensions || !this.command) return;
      if (this.table.read(this.command.pid)?.state !== 'stopped') continue;
      process.kill(process.pid, 'SIGSTOP');
      return;
    }
  }
}
