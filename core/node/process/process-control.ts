import type { ProcessIdentity } from '../../common/process/process-identity.ts';
import type { OutcomeResult, SignalledProcess } from '../../common/protocol/alert.ts';

/** Stops, continues and ends one agent with all it started. Never throws; what happened is in the report. */
export interface ProcessControl {
  pause(target: Target, options?: PauseOptions): Promise<ControlReport>;
  resume(target: Target): Promise<ControlReport>;
  kill(target: Target, options?: KillOptions): Promise<ControlReport>;
}

export interface PauseOptions {
  /** The agent's calls wait already: in the foreground of a terminal it need not be stopped itself, only what it started. */
  readonly holdsCalls?: boolean;
}

export interface KillOptions {
  /** Milliseconds between SIGTERM and SIGKILL, 5000 by default. */
  readonly graceMs?: number;
  /** The agent is not asked to close and does nothing more, as a call of its own must not run. */
  readonly atOnce?: boolean;
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
