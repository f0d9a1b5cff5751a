import type { Cost } from '../cost/cost.ts';
import type { Usage } from '../cost/usage.ts';
import type { ToolCall } from './tool-call.ts';

/** What is known of one session after its events so far; built by `SessionFold` alone. */
export interface SessionState {
  readonly sessionId: string;
  readonly agent: string;
  readonly model: string | undefined;
  /** Directory the agent works in; paths in rules are relative to it. */
  readonly workspace: string | undefined;
  /** Unix seconds; undefined before the first event. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly lastEventAt: number | undefined;
  /** `event_id` of the newest event. */
  readonly lastEventId: string | undefined;
  readonly events: number;
  readonly prompts: number;
  readonly toolCalls: number;
  readonly errors: number;
  readonly requests: number;
  readonly usage: Usage;
  readonly cost: Cost;
  /** Share of the model's context window in use, 0 to 100; undefined when window or usage are unknown. */
  readonly contextPct: number | undefined;
  /** Keyed by path, relative to the workspace where it lies inside (see `workspacePath`). */
  readonly files: ReadonlyMap<string, FileAccess>;
  readonly filesRead: number;
  readonly filesModified: number;
  /** Calls without a result yet, by call id, oldest first. */
  readonly running: ReadonlyMap<string, ToolCall>;
  /** The newest calls, oldest first; at most `RECENT_CALLS`. */
  readonly recent: readonly ToolCall[];
  /** Failed test runs since the last passing one. */
  readonly consecutiveTestFailures: number;
  /** How often the most repeated command has been run again. */
  readonly retries: number;
  /** How often the newest sequence of calls stands in a row; 1 when nothing repeats. */
  readonly loopRepeats: number;
  /** Set while the agent waits for its user. */
  readonly waitingFor: string | undefined;
}

export interface FileAccess {
  readonly path: string;
  readonly reads: number;
  readonly writes: number;
  /** Unix seconds. */
  readonly lastAt: number;
}

export const RECENT_CALLS = 50;
