import type { CheckContext } from './check-fields.ts';
import { checkRuleFile } from './check-rules.ts';
import { checkUserConfig, type UserConfig } from './check-user-config.ts';
import type { Mistake, PositionedValue } from './positioned.ts';
import { readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';
import type { Rule, RuleIssue } from './rule.ts';
import { toIssues } from './rule-issue.ts';

export type RuleFormat = 'json' | 'yaml';

/** What a text holds, or every reason why it cannot be used; never a part of it. */
export type Checked<T> = { readonly value: T } | { readonly issues: readonly RuleIssue[] };

/** The rules of a workspace's rule file. Never throws. */
export function readRules(source: string, format: RuleFormat): Checked<readonly Rule[]> {
  return read(source, format, checkRuleFile);
}

/** The user's own configuration. Never throws. */
export function readUserConfig(source: string, format: RuleFormat): Checked<UserConfig> {
  return read(source, format, checkUserConfig);
}

function read<T>(
  source: string,
  format: RuleFormat,
  check: (root: PositionedValue, context: CheckContext) => T,
): Checked<T> {
  const result = format === 'json' ? readJson(source) : readYaml(source);
  if ('mistakes' in result) return { issues: toIssues(source, result.mistakes) };
  const mistakes: Mistake[] = [];
  const value = check(result.value, { source, mistakes, globs: 0 });
  return mistakes.length > 0 ? { issues: toIssues(source, mistakes) } : { value };
}
