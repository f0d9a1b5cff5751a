import type { ProcessIdentity } from '../../common/process/process-identity.ts';

/** One row of the system's process table at one moment. */
export interface ProcessInfo extends ProcessIdentity {
  readonly ppid: number;
  readonly uid: number;
  /** `comm` or the executable's base name; never arguments. */
  readonly name: string;
  readonly state: 'running' | 'stopped' | 'zombie';
  /** Process group and session; 0 where the platform has none. */
  readonly pgid: number;
  readonly sid: number;
  /** True when it has a controlling terminal. */
  readonly hasTerminal: boolean;
  /** True when it is in the foreground group of a controlling terminal. */
  readonly foreground: boolean;
}

/** The system's processes, read anew at each call. One implementation a platform. Never throws. */
export interface ProcessTable {
  /** Undefined when there is no such process. */
  read(pid: number): ProcessInfo | undefined;
  /** Every process that can be seen. */
  list(): readonly ProcessInfo[];
  /**
   * Path of the executable, or its name where the path cannot be seen; undefined when neither can. Slower than `read`
   * on some platforms.
   */
  executable(pid: number): string | undefined;
  /**
   * True when the process was started inside the agent's session, told by a mark the agent leaves in the environment
   * of what it runs (`CLAUDE_CODE_SESSION_ID`, ours: `AGENT_TRACE_SESSION`). Finds descendants whose parent is gone.
   * False where the platform does not let us look. Nothing of the environment is kept.
   */
  carriesMark(pid: number, sessionId: string): boolean;
  /** True when the process ignores SIGTERM. False where the platform does not tell. */
  ignoresTerm(pid: number): boolean;
}

/** What a walk from a process up to its ancestors needs. */
export type Ancestry = Pick<ProcessTable, 'read' | 'executable' | 'carriesMark'>;

/** Sends one signal to one process. Separate from the table so that tests can count every signal. */
export interface SignalSender {
  /** Throws the system's error (`ESRCH`, `EPERM`) as `process.kill` does. */
  send(pid: number, signal: ControlSignal): void;
}

export type ControlSignal = 'SIGSTOP' | 'SIGCONT' | 'SIGTERM' | 'SIGKILL';
