import path from 'node:path';
import { readScope } from '../../common/audit/read-scope.ts';
import { SCOPE_FILE, type Scope } from '../../common/audit/scope.ts';
import { wholeFileIssue } from '../../common/rules/reading/rule-issue.ts';
import type { RuleIssue } from '../../common/rules/rule.ts';
import { readRuleText } from '../rules/read-rule-text.ts';

/** A policy file and what it says, or why it cannot be used. */
export type ScopeFile = { readonly file: string } & (
  | { readonly scope: Scope }
  | { readonly issues: readonly RuleIssue[] }
);

/**
 * Reads the policy file that was named, which must exist, or the one of the folder; undefined when that has none. Only
 * one that was named may be a link: a repository could bring one to a secret, whose lines would be shown as mistakes.
 * Never throws.
 */
export async function readScopeFile(folder: string, named: string | undefined): Promise<ScopeFile | undefined> {
  const file = named === undefined ? path.join(folder, SCOPE_FILE) : path.resolve(named);
  const read = await readRuleText(file, named === undefined ? 'refuse links' : 'follow links');
  if ('issue' in read) return { file, issues: [read.issue] };
  if ('text' in read) {
    const checked = readScope(read.text);
    return 'issues' in checked ? { file, issues: checked.issues } : { file, scope: checked.value };
  }
  if (named === undefined) return undefined;
  return { file, issues: [wholeFileIssue('there is no such file', 'see that the path is right')] };
}
