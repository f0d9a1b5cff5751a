/** One entry of `agent-trace list --json`. Times are Unix seconds. Documented in docs/cli.md; a public contract. */
export interface SessionSummary {
  readonly session_id: string;
  readonly agent: string;
  readonly state: SessionPhase;
  readonly started_at: number | null;
  readonly ended_at: number | null;
  /** When it went on after it had counted as completed, the last time that it did. */
  readonly reactivated_at: number | null;
  readonly cost: {
    readonly usd: number | null;
    readonly kind: 'known' | 'estimated' | 'unpriced';
    /** Models without a price; left out when there are none. */
    readonly unpriced_models?: readonly string[];
  };
  readonly tokens: {
    readonly input: number;
    readonly output: number;
    readonly cache_read: number;
    readonly cache_write_5m: number;
    readonly cache_write_1h: number;
  };
  readonly tool_calls: number;
  readonly errors: number;
  readonly files_read: number;
  readonly files_modified: number;
  readonly process: { readonly pid: number; readonly alive: boolean } | null;
  readonly parent_session_id: string | null;
}

/**
 * - `active`: its process lives, or is not known and events came lately.
 * - `waiting`: active, and the agent waits for its user.
 * - `paused`: its process is stopped; or, in a terminal, what that started, and its calls wait.
 * - `completed`: it said that it ended, or its process is not known and nothing came for 15 minutes. A later event makes
 *   it active again, and `reactivated_at` tells when.
 * - `interrupted`: its process is gone without an end.
 */
export type SessionPhase = 'active' | 'waiting' | 'paused' | 'completed' | 'interrupted';
