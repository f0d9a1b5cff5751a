import type { ProcessIdentity } from '../../common/process/process-identity.ts';
import type { SignalledProcess } from '../../common/protocol/alert.ts';
import type { ControlSignal, ProcessInfo, ProcessTable, SignalSender } from './process-table.ts';
import { isRefusal, type Refusal, readLiving, type Self, verify } from './verify.ts';

/** The only way to a signal: each is preceded by `verify` and kept for the report. One object an operation. */
export class VerifiedSignals {
  readonly #table: ProcessTable;
  readonly #sender: SignalSender;
  readonly #self: Self;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #sent = new Map<string, { readonly info: ProcessInfo; readonly signals: ControlSignal[] }>();
  #firstSignalMs: number | undefined;

  /** `now`: a monotonic clock, in milliseconds. */
  constructor(table: ProcessTable, sender: SignalSender, self: Self, now: () => number) {
    this.#table = table;
    this.#sender = sender;
    this.#self = self;
    this.#now = now;
    this.#startedAt = now();
  }

  /** Milliseconds from the construction of this object to the first signal sent. */
  get firstSignalMs(): number | undefined {
    return this.#firstSignalMs;
  }

  /** The process as it is now, or why it may not be signalled. */
  verify(identity: ProcessIdentity): ProcessInfo | Refusal {
    return verify(this.#table, identity, this.#self);
  }

  /**
   * Sends when the process passes `verify`, and `when`, if given, holds for it. Gives the process as it was right
   * before, or why it got no signal.
   */
  send(
    identity: ProcessIdentity,
    signal: ControlSignal,
    when: (info: ProcessInfo) => boolean = () => true,
  ): ProcessInfo | Refusal {
    const info = this.verify(identity);
    if (isRefusal(info) || !when(info)) return info;
    try {
      this.#sender.send(info.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
        return { refusal: 'gone', reason: `pid ${info.pid} is gone` };
      }
      return { refusal: 'not-permitted', reason: `pid ${info.pid} (${info.name}): ${(error as Error).message}` };
    }
    this.#firstSignalMs ??= this.#now() - this.#startedAt;
    const key = keyOf(info);
    const sent = this.#sent.get(key);
    if (sent) sent.signals.push(signal);
    else this.#sent.set(key, { info, signals: [signal] });
    return info;
  }

  /** Every process signalled, in the order of first signals, with its state as it is now. */
  signalled(): readonly SignalledProcess[] {
    return [...this.#sent.values()].map(({ info, signals }) => {
      const state = readLiving(this.#table, info)?.state;
      return {
        pid: info.pid,
        name: info.name,
        signals: [...signals],
        state: state === undefined ? 'gone' : state === 'stopped' ? 'stopped' : 'running',
      };
    });
  }
}

/** Names a process in maps of one boot. */
export function keyOf(identity: ProcessIdentity): string {
  return `${identity.pid}@${identity.startTime}`;
}
