import type { TraceEvent } from '../trace/trace-event.ts';

/** Turns one native session file into events, record by record, and keeps what later records refer to. Never throws. */
export interface NativeParser {
  /**
   * The events that a whole line stands for, in order; none when it stands for nothing. Undefined when the line is no
   * record at all (not JSON, no object): the caller reports it. `offset`: byte position of the line in its file, for
   * ids where the agent gives none. The same line at the same place gives the same ids.
   */
  push(line: string, offset: number): readonly TraceEvent[] | undefined;
  /** Facts about the session known so far. */
  readonly facts: NativeFacts;
}

export interface NativeFacts {
  /** Name in the store; undefined until the file has told whose it is. */
  readonly sessionId: string | undefined;
  /** As recorders name agents: `claude-code`, `codex`, ... */
  readonly agent: string;
  /** Directory the agent was started in. */
  readonly workspace?: string | undefined;
  readonly title?: string | undefined;
  /** Name in the store of the session that started this one. */
  readonly parentSessionId?: string | undefined;
  /** Unix seconds. */
  readonly startedAt?: number | undefined;
  /** Version of the agent's program. */
  readonly version?: string | undefined;
}
