import type { Expression } from './language/expression.ts';
import type { Facts } from './language/facts.ts';
import { needsToHold } from './language/needs.ts';
import { VARIABLE_INDEX, type VariableName } from './language/variables.ts';

/** What a call may be: each brings its own values, and knows nothing of the others'. */
const KINDS: readonly (readonly VariableName[])[] = [
  ['command'],
  ['file_path', 'path', 'writes', 'outside_workspace', 'sensitive'],
  ['url', 'host'],
];
const TELLING = [VARIABLE_INDEX.command, VARIABLE_INDEX.file_path, VARIABLE_INDEX.path, VARIABLE_INDEX.url] as const;

/**
 * Sorts rules out before they are evaluated: one that needs to know a command is not held against a call that reads a
 * file. What is kept is in the order given.
 */
export class RuleScreen<T extends { readonly rule: { readonly when: Expression }; readonly isOnCalls: boolean }> {
  private readonly withoutCall: readonly T[];
  /** By the kinds of which something is known, one bit each. */
  private readonly byKinds: readonly (readonly T[])[];

  constructor(rules: readonly T[]) {
    const sorted = rules.map((rule) => ({ rule, kinds: kindsNeeded(rule.rule.when) }));
    this.withoutCall = rules.filter(({ isOnCalls }) => !isOnCalls);
    this.byKinds = Array.from({ length: 1 << KINDS.length }, (_, known) =>
      sorted.filter(({ kinds }) => (kinds & known) === kinds).map(({ rule }) => rule),
    );
  }

  /** Those that may hold. */
  candidates({ values }: Facts, isCall: boolean): readonly T[] {
    if (!isCall) return this.withoutCall;
    const [command, file, path, url] = TELLING;
    const isFile = values[file] !== undefined || values[path] !== undefined;
    const known = (values[command] === undefined ? 0 : 1) | (isFile ? 2 : 0) | (values[url] === undefined ? 0 : 4);
    return this.byKinds[known] ?? [];
  }
}

function kindsNeeded(when: Expression): number {
  const needed = needsToHold(when);
  return KINDS.reduce((bits, names, kind) => (names.some((name) => needed.has(name)) ? bits | (1 << kind) : bits), 0);
}
