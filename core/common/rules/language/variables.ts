/** What a rule may ask of a call, of its session and of the day. One table: the checker, the schema and the docs read it. */
export interface VariableDefinition {
  /** Of CEL; every number is a `double`, so that limits may be written with and without a point. */
  readonly type: 'string' | 'double' | 'bool';
  /**
   * - `call`: known while a call is judged, before it runs or when it is reported.
   * - `session`: known at any time.
   * - `day`: over all sessions of the workspace since local midnight.
   */
  readonly scope: 'call' | 'session' | 'day';
  /** Meaning, unit included; Markdown. */
  readonly meaning: string;
  /** A usual condition on it. */
  readonly example: string;
}

export const VARIABLES = {
  tool: {
    type: 'string',
    scope: 'call',
    meaning: 'name of the tool that the call uses, as its agent calls it',
    example: 'tool == "Bash"',
  },
  command: {
    type: 'string',
    scope: 'call',
    meaning: 'shell command line that the call runs',
    example: 'glob(command, "rm -rf *")',
  },
  file_path: {
    type: 'string',
    scope: 'call',
    meaning: 'path of the file that the call reads or writes: relative to the workspace when it lies inside',
    example: 'glob(file_path, "**/.env*")',
  },
  path: {
    type: 'string',
    scope: 'call',
    meaning: 'absolute path of the file that the call reads or writes',
    example: '!within(path, workspace)',
  },
  writes: {
    type: 'bool',
    scope: 'call',
    meaning: 'whether the call writes the file of `file_path`, rather than reads it',
    example: 'writes && glob(file_path, "migrations/**")',
  },
  url: { type: 'string', scope: 'call', meaning: 'address that the call fetches', example: 'url.startsWith("http:")' },
  host: {
    type: 'string',
    scope: 'call',
    meaning: 'host of `url`, in lower case, without port',
    example: '!(host in ["docs.example.com"])',
  },
  outside_workspace: {
    type: 'bool',
    scope: 'call',
    meaning: 'whether the file of `file_path` lies outside the workspace',
    example: 'outside_workspace && writes',
  },
  sensitive: {
    type: 'bool',
    scope: 'call',
    meaning: 'whether the file of `file_path` is of a kind that holds secrets (`.env`, private keys, credentials)',
    example: 'sensitive',
  },
  agent: { type: 'string', scope: 'session', meaning: 'name of the agent', example: 'agent == "codex"' },
  model: {
    type: 'string',
    scope: 'session',
    meaning: 'model that the session uses',
    example: 'model.contains("opus")',
  },
  is_subagent: {
    type: 'bool',
    scope: 'session',
    meaning: 'whether the session is one of a subagent',
    example: 'is_subagent && tool_calls > 200',
  },
  workspace: {
    type: 'string',
    scope: 'session',
    meaning: 'absolute path of the directory the agent works in',
    example: 'within(path, workspace)',
  },
  cost_usd: {
    type: 'double',
    scope: 'session',
    meaning: 'US dollars spent by the session',
    example: 'cost_usd > 5',
  },
  cost_usd_session_tree: {
    type: 'double',
    scope: 'session',
    meaning: 'US dollars spent by the session and all its subagents',
    example: 'cost_usd_session_tree > 10',
  },
  cost_usd_today: {
    type: 'double',
    scope: 'day',
    meaning: 'US dollars spent by all sessions of the workspace since local midnight',
    example: 'cost_usd_today > 50',
  },
  spend_per_hour: {
    type: 'double',
    scope: 'session',
    meaning: 'US dollars an hour, over the last ten minutes',
    example: 'spend_per_hour > 20',
  },
  tokens: {
    type: 'double',
    scope: 'session',
    meaning: 'tokens of all requests, input, output and cache together',
    example: 'tokens > 20000000',
  },
  context_pct: {
    type: 'double',
    scope: 'session',
    meaning: "percent of the model's context window in use",
    example: 'context_pct > 80',
  },
  tool_calls: { type: 'double', scope: 'session', meaning: 'tool calls made', example: 'tool_calls > 500' },
  errors: { type: 'double', scope: 'session', meaning: 'failed calls and other errors', example: 'errors > 20' },
  consecutive_errors: {
    type: 'double',
    scope: 'session',
    meaning: 'failed calls in a row, up to the last one',
    example: 'consecutive_errors > 5',
  },
  consecutive_test_failures: {
    type: 'double',
    scope: 'session',
    meaning: 'failed test runs since the last passing one',
    example: 'consecutive_test_failures > 5',
  },
  retries: {
    type: 'double',
    scope: 'session',
    meaning: 'times one and the same command was run again',
    example: 'retries > 5',
  },
  loop_repeats: {
    type: 'double',
    scope: 'session',
    meaning: 'times in a row one and the same sequence of calls was made; 1 when nothing repeats',
    example: 'loop_repeats > 3',
  },
  files_modified: {
    type: 'double',
    scope: 'session',
    meaning: 'different files written',
    example: 'files_modified > 30',
  },
  files_read: { type: 'double', scope: 'session', meaning: 'different files read', example: 'files_read > 200' },
  duration_minutes: {
    type: 'double',
    scope: 'session',
    meaning: 'minutes since the session started',
    example: 'duration_minutes > 60',
  },
  idle_minutes: {
    type: 'double',
    scope: 'session',
    meaning: 'minutes since the last event of the session',
    example: 'idle_minutes > 30',
  },
} as const satisfies Readonly<Record<string, VariableDefinition>>;

export type VariableName = keyof typeof VARIABLES;

export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly VariableName[];

/** Place of each variable among the values of `Facts`. */
export const VARIABLE_INDEX = Object.fromEntries(VARIABLE_NAMES.map((name, index) => [name, index])) as Readonly<
  Record<VariableName, number>
>;
