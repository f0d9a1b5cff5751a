import type { UserPrices } from '../cost/user-prices.ts';
import type { GuardSettings } from './guard-settings.ts';
import type { Expression } from './language/expression.ts';

/**
 * What is done when a rule is broken, mildest first. Of several rules that one call breaks the strictest decides. What a
 * milder one forbids stays forbidden: a call that is held by `pause` and meant by `deny` too does not run after `resume`.
 */
export const ACTIONS = ['alert', 'ask', 'deny', 'pause', 'kill'] as const;
export type Action = (typeof ACTIONS)[number];

/** What each action does; Markdown. */
export const ACTION_MEANINGS: Readonly<Record<Action, string>> = {
  alert: 'say so, and stop nothing',
  ask: 'hold the call until you allow or deny it; said as an alert where no hook holds calls',
  deny: 'the call does not run, and the agent is told why; said as an alert where no hook holds calls',
  pause: 'stop the agent and all that it started, until `resume`',
  kill: 'end the agent and all that it started',
};

/** Sorts the strictest first. */
export function byStrictness(a: { readonly action: Action }, b: { readonly action: Action }): number {
  return ACTIONS.indexOf(b.action) - ACTIONS.indexOf(a.action);
}

/** Whether the action is an answer to a call, rather than something done to a process. */
export function isAnswer(action: Action | 'resume'): action is 'ask' | 'deny' {
  return action === 'ask' || action === 'deny';
}

/** Whether a rule's action is carried out, or only said. */
export const MODES = ['enforce', 'monitor'] as const;
export type Mode = (typeof MODES)[number];

/** What each mode means; Markdown. */
export const MODE_MEANINGS: Readonly<Record<Mode, string>> = {
  enforce: 'the action is carried out',
  monitor: 'what would be done is said, and nothing is done',
};

/** How often a rule may be broken in one session. */
export const REPEATS = ['once', 'always'] as const;
export type Repeat = (typeof REPEATS)[number];

/** What each repetition means; Markdown. */
export const REPEAT_MEANINGS: Readonly<Record<Repeat, string>> = {
  once: 'the first time only',
  always: 'by each call that it is held against; a condition on the session, each time that it comes to hold anew',
};

export interface Rule {
  readonly name: string;
  /** Broken when it holds. */
  readonly when: Expression;
  readonly action: Action;
  /** `enforce` when left out. */
  readonly mode?: Mode;
  /** When left out: `always` for a rule on calls, else `once`. */
  readonly repeat?: Repeat;
  /** Share of its limit, above 0 and below 1, that is said once when it is passed; only where `when` is a limit. */
  readonly warnAt?: number;
  /** Message of the rule's author, shown beside ours. */
  readonly notify?: string;
}

/** Whether the variable is in US dollars. */
export function isMoney(variable: string): boolean {
  return /^(?:cost|spend)_/.test(variable);
}

/** The rules in force, and where they came from. */
export interface Policy {
  readonly rules: readonly Rule[];
  /** Path of the file, undefined when there is none. */
  readonly source: string | undefined;
  /** Of both files together; the defaults when left out. */
  readonly guard?: GuardSettings;
  /** URL that alerts are posted to; only ever from the user's own configuration, not from the workspace's. */
  readonly webhook?: string;
  /** The user's own prices, only ever from their own configuration; none when left out. */
  readonly prices?: UserPrices | undefined;
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
