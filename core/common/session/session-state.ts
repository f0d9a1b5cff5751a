import type { Cost } from '../cost/cost.ts';
import type { Usage } from '../cost/usage.ts';
import type { SlidingTotal } from './sliding-total.ts';
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
  /** When it went on after it had ended, the last time that it did. */
  readonly reactivatedAt: number | undefined;
  /** When it went on after a silence (`QUIET_AFTER`) that counts as the end of a session whose process is not known. */
  readonly wokenAt: number | undefined;
  readonly lastEventAt: number | undefined;
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
  /** Failed calls in a row, up to the last one. */
  readonly consecutiveErrors: number;
  /** Failed test runs since the last passing one. */
  readonly consecutiveTestFailures: number;
  /** How often the most repeated command has been run again. */
  readonly retries: number;
  /** How often the newest sequence of calls stands in a row; 1 when nothing repeats. */
  readonly loopRepeats: number;
  /** Set while the agent waits for its user. */
  readonly waitingFor: string | undefined;
  /** Whether another session started it. */
  readonly isSubagent: boolean;
  /** Tool calls, by time. */
  readonly recentCalls: Pick<SlidingTotal, 'last'>;
  /** Micro-dollars of the requests that have a price, by time. */
  readonly recentMicroUsd: Pick<SlidingTotal, 'last'>;
}

export interface FileAccess {
  readonly path: string;
  readonly reads: number;
  readonly writes: number;
  /** Unix seconds. */
  readonly lastAt: number;
}

/** Calls that a state keeps, the newest ones. */
export const RECENT_CALLS = 50;
