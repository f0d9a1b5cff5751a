import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { UserPrices } from '../../common/cost/user-prices.ts';
import { fnv1a } from '../../common/hash.ts';
import { asArray, asRecord, asString, parseJson } from '../../common/json.ts';
import { DEFAULT_GUARD, type GuardSettings } from '../../common/rules/guard-settings.ts';
import type { Rule } from '../../common/rules/rule.ts';
import { readPrivateFile, writePrivateFile } from '../private-file.ts';
import { RULE_FILE_NAMES } from './rule-file-names.ts';

/**
 * Rules in the form that hooks evaluate, kept in the user's runtime folder: reading and checking a rule file takes longer
 * than all that a hook does. The expressions in it are data, see `Expression`.
 */
export interface CachedPolicy {
  readonly rules: readonly Rule[];
  readonly guard: GuardSettings;
  /** Why the files as they are now cannot be used, a line each; then `rules` are what held before. */
  readonly issues: readonly string[];
  /** An agent's own call has changed the files: `rules` are what held before, until the user accepts the change. */
  readonly pinned?: boolean;
  /** The user's own prices that held with `rules`. */
  readonly prices?: UserPrices | undefined;
}

/** The files that make up the rules of a folder, in the order in which their state is told. */
export function policyFiles(folder: string, userConfig: string): readonly string[] {
  return [userConfig, ...RULE_FILE_NAMES.map((name) => join(folder, name))];
}

/** The state of files, as one text: equal when none of them has changed, appeared or vanished. */
export function stateOf(files: readonly string[]): string {
  return JSON.stringify(
    files.map((file) => {
      const stat = lstatSync(file, { throwIfNoEntry: false });
      return stat ? [file, stat.size, stat.mtimeMs, stat.ctimeMs, stat.ino] : [file];
    }),
  );
}

/** Whether any of the files is there. */
export function hasFiles(state: string): boolean {
  return asArray(parseJson(state)).some((entry) => asArray(entry).length > 1);
}

interface Stored {
  readonly folder: string;
  readonly state: string;
  readonly policy: CachedPolicy;
}

/** What was kept for a folder, and whether it is of the files as they are. Undefined when there is nothing. */
export function readPolicyCache(
  runtimeDir: string,
  folder: string,
  state: string,
): { readonly policy: CachedPolicy; readonly isCurrent: boolean } | undefined {
  const record = asRecord(parseJson(readPrivateFile(policyCacheFile(runtimeDir, folder)) ?? ''));
  const policy = asRecord(record?.policy);
  if (!policy || record?.format !== FORMAT || record.folder !== folder) return undefined;
  return {
    policy: {
      // Nobody but this user's own programs can have written it.
      rules: asArray(policy.rules) as readonly Rule[],
      guard: (asRecord(policy.guard) as GuardSettings | undefined) ?? DEFAULT_GUARD,
      issues: asArray(policy.issues).flatMap((issue) => asString(issue) ?? []),
      ...(policy.pinned === true ? { pinned: true } : {}),
      prices: asRecord(policy.prices) as UserPrices | undefined,
    },
    isCurrent: record.state === state,
  };
}

/** Throws the system's error. */
export function writePolicyCache(runtimeDir: string, folder: string, state: string, policy: CachedPolicy): void {
  const stored: Stored & { readonly format: number } = { format: FORMAT, folder, state, policy };
  writePrivateFile(policyCacheFile(runtimeDir, folder), `${JSON.stringify(stored)}\n`);
}

/** Of the form that is kept: one that an older or newer version has written is made anew. */
const FORMAT = 1;

/** Where the rules of a folder are kept. */
export function policyCacheFile(runtimeDir: string, folder: string): string {
  return join(runtimeDir, 'policies', `${fnv1a(folder)}.json`);
}
