/** What the watcher does when a rule is broken, mildest first. */
export const ACTIONS = ['alert', 'pause', 'kill'] as const;
export type Action = (typeof ACTIONS)[number];

export interface Rule {
  readonly name: string;
  readonly condition: Condition;
  readonly action: Action;
  /** Message of the rule's author, shown beside ours. */
  readonly notify?: string;
}

export type Condition = LimitCondition | GlobCondition;

/** Broken when the session's value is greater than the threshold. */
export interface LimitCondition {
  readonly kind: 'limit';
  readonly variable: LimitVariable;
  readonly threshold: number;
}

/** Broken by each call that touches a matching path, or runs a matching command. */
export interface GlobCondition {
  readonly kind: 'glob';
  readonly variable: GlobVariable;
  readonly globs: readonly string[];
}

export const LIMIT_VARIABLES = {
  cost_usd: 'US dollars spent by the session',
  files_modified: 'different files written',
  files_read: 'different files read',
  tool_calls: 'tool calls made',
  errors: 'failed calls and other errors',
  duration_minutes: 'minutes since the session started',
  consecutive_test_failures: 'failed test runs since the last passing one',
  retries: 'times one and the same command was run again',
  loop_repeats: 'times in a row one and the same sequence of calls was made',
  context_pct: "percent of the model's context window in use",
} as const;
export type LimitVariable = keyof typeof LIMIT_VARIABLES;

export const GLOB_VARIABLES = {
  file_path: 'path of a file read or written, relative to the workspace',
  command: 'shell command line',
} as const;
export type GlobVariable = keyof typeof GLOB_VARIABLES;

/** The rules in force, and where they came from. */
export interface Policy {
  readonly rules: readonly Rule[];
  /** Path of the file, undefined when there is none. */
  readonly source: string | undefined;
  /** URL that alerts are posted to; only ever from the user's own configuration, not from the workspace's. */
  readonly webhook?: string;
}

/** Why a rule file cannot be used. Lines and columns count from 1. */
export interface RuleIssue {
  readonly line: number;
  readonly column: number;
  /** The offending text as it stands in the file. */
  readonly text: string;
  readonly message: string;
  /** What would be right. */
  readonly hint: string;
}
