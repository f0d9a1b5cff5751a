import type { ProcessIdentity } from '../../common/process/process-identity.ts';
import type { OutcomeResult, SignalledProcess } from '../../common/protocol/alert.ts';

/** Stops, continues and ends one agent with all it started. Never throws; what happened is in the report. */
export interface ProcessControl {
  pause(target: Target): Promise<ControlReport>;
  resume(target: Target): Promise<ControlReport>;
  /** `graceMs`: time between SIGTERM and SIGKILL, 5000 by default. */
  kill(target: Target, options?: { readonly graceMs?: number }): Promise<ControlReport>;
}

export interface Target {
  readonly process: ProcessIdentity;
  readonly sessionId: string;
}

export interface ControlReport {
  readonly result: OutcomeResult;
  readonly reason: string;
  readonly signalled: readonly SignalledProcess[];
  /** Milliseconds from the call to the first signal sent; undefined when none was. */
  readonly firstSignalMs?: number;
}
