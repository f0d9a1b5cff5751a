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

/**
 * Why a rule file cannot be used. Lines and columns count from 1, columns in UTF-16 units as editors do; both are 0 when
 * the file as a whole is meant (it cannot be read, it is not UTF-8 ...).
 */
export interface RuleIssue {
  readonly line: number;
  readonly column: number;
  /** The offending text as it stands in the file, made printable and cut to a few words. */
  readonly text: string;
  readonly message: string;
  /** What would be right. */
  readonly hint: string;
  /** The line it stands on; undefined when there is none to show. */
  readonly excerpt?: IssueExcerpt;
}

/** The part of a source line that is worth showing, and where in it the caret goes. */
export interface IssueExcerpt {
  /** Printable: no control characters. */
  readonly text: string;
  /** Characters (code points) before the offending ones. */
  readonly before: number;
  /** How many characters are offending; at least 1. */
  readonly length: number;
}

/** An issue and the file it is about. */
export interface RuleFileIssue extends RuleIssue {
  readonly file: string;
}

/** All or nothing: one mistake and there is no policy. No rule file at all is a policy of no rules without a source. */
export type PolicyResult = { readonly policy: Policy } | { readonly issues: readonly RuleFileIssue[] };
