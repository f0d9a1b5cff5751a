/** One call of a tool, from the agent's announcement of it to its result. */
export interface ToolCall {
  /** `event_id` of the `tool_call` event. */
  readonly id: string;
  readonly tool: string;
  readonly status: 'running' | 'completed' | 'failed' | 'interrupted';
  /** Unix seconds. */
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly durationMs?: number;
  /** What the tool does, whatever the agent calls it. */
  readonly operation: Operation;
}

/** What a call touches. `command` is a shell command line; `path` is as the agent gave it. */
export type Operation =
  | { readonly kind: 'read'; readonly path: string }
  | { readonly kind: 'write'; readonly path: string }
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'subagent'; readonly description: string }
  | { readonly kind: 'fetch'; readonly url: string }
  | { readonly kind: 'other' };
