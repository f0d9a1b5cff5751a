import { VARIABLES, type VariableName } from '../language/variables.ts';

/** What a `condition` says; `when` of the rule says the same. */
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

/** What a variable is, in its unit, and what it may be held against. */
export interface VariableMeaning {
  readonly meaning: string;
  /** Limits or globs as they may stand in a condition; the first is a usual one. */
  readonly examples: readonly [string, ...string[]];
}

type Examples = readonly [string, ...string[]];

const LIMITS = {
  cost_usd: ['5', '0.50'],
  cost_usd_session_tree: ['10'],
  cost_usd_today: ['50'],
  files_modified: ['30'],
  files_read: ['200'],
  tool_calls: ['500'],
  errors: ['20'],
  duration_minutes: ['60'],
  consecutive_test_failures: ['5'],
  retries: ['5'],
  loop_repeats: ['3'],
  context_pct: ['80'],
} as const satisfies Partial<Readonly<Record<VariableName, Examples>>>;
export type LimitVariable = keyof typeof LIMITS;

const GLOBS = {
  file_path: ['**/.env*', 'src/**', '~/.ssh/**'],
  command: ['rm -rf *', 'git push*'],
} as const satisfies Partial<Readonly<Record<VariableName, Examples>>>;
export type GlobVariable = keyof typeof GLOBS;

/** Those of the variables that a `condition` knows, with their meanings. */
export const LIMIT_VARIABLES: Readonly<Record<LimitVariable, VariableMeaning>> = withMeanings(LIMITS);
export const GLOB_VARIABLES: Readonly<Record<GlobVariable, VariableMeaning>> = withMeanings(GLOBS);

function withMeanings<Name extends VariableName>(
  examples: Readonly<Record<Name, Examples>>,
): Readonly<Record<Name, VariableMeaning>> {
  const entries = (Object.keys(examples) as Name[]).map((name) => [
    name,
    { meaning: VARIABLES[name].meaning, examples: examples[name] },
  ]);
  return Object.fromEntries(entries) as Record<Name, VariableMeaning>;
}
