import type { UserPrices } from '../../cost/user-prices.ts';
import type { GuardSettings } from '../guard-settings.ts';
import type { Rule, RuleIssue } from '../rule.ts';
import type { CheckContext } from './check-fields.ts';
import { checkRuleFile, type PlacedRule, type PlacedRuleFile } from './check-rules.ts';
import { checkUserConfig } from './check-user-config.ts';
import type { Mistake, PositionedValue } from './positioned.ts';
import { readJson } from './read-json.ts';
import { readYaml } from './read-yaml.ts';
import { toIssues } from './rule-issue.ts';

export type RuleFormat = 'json' | 'yaml';

/** What a text holds, or every reason why it cannot be used; never a part of it. */
export type Checked<T> = { readonly value: T } | { readonly issues: readonly RuleIssue[] };

/** What a workspace's rule file says. */
export interface RuleFile {
  readonly rules: readonly Rule[];
  /** What it says nothing of is left out. */
  readonly guard: Partial<GuardSettings>;
}

/** What the user's own configuration says. */
export interface UserConfig extends RuleFile {
  /** Hold in every workspace; each name begins with `USER_RULE_PREFIX`. */
  readonly rules: readonly Rule[];
  readonly webhook: string | undefined;
  readonly prices: UserPrices;
}

/** A workspace's rule file, or the user's own configuration. */
export type RuleFileKind = 'workspace' | 'user';

/** A text with all that is right and wrong in it, for those who show it. */
export interface CheckedText {
  /** The rules without a mistake; none of them holds while there is one anywhere. */
  readonly rules: readonly PlacedRule[];
  /** In no order. */
  readonly mistakes: readonly Mistake[];
}

/** A workspace's rule file. Never throws. */
export function readRuleFile(source: string, format: RuleFormat): Checked<RuleFile> {
  const { value, mistakes } = check(source, format, checkRuleFile);
  return value && mistakes.length === 0
    ? { value: { rules: rulesOf(value.rules), guard: value.guard } }
    : { issues: toIssues(source, mistakes) };
}

/** The rules of a workspace's rule file. Never throws. */
export function readRules(source: string, format: RuleFormat): Checked<readonly Rule[]> {
  const read = readRuleFile(source, format);
  return 'value' in read ? { value: read.value.rules } : read;
}

/** The user's own configuration. Never throws. */
export function readUserConfig(source: string, format: RuleFormat): Checked<UserConfig> {
  const { value, mistakes } = check(source, format, checkUserConfig);
  if (!value || mistakes.length > 0) return { issues: toIssues(source, mistakes) };
  return { value: { ...value, rules: rulesOf(value.rules) } };
}

/** Finds the same as `readRules` and `readUserConfig`, with its places in the text. Never throws. */
export function checkRuleText(source: string, format: RuleFormat, kind: RuleFileKind): CheckedText {
  const { value, mistakes } = check<PlacedRuleFile>(
    source,
    format,
    kind === 'workspace' ? checkRuleFile : checkUserConfig,
  );
  return { rules: value?.rules ?? [], mistakes };
}

function check<T>(
  source: string,
  format: RuleFormat,
  checker: (root: PositionedValue, context: CheckContext) => T,
): { readonly value?: T; readonly mistakes: readonly Mistake[] } {
  const result = format === 'json' ? readJson(source) : readYaml(source);
  if ('mistakes' in result) return result;
  const mistakes: Mistake[] = [];
  return { value: checker(result.value, { source, mistakes, globs: 0 }), mistakes };
}

function rulesOf(placed: readonly PlacedRule[]): readonly Rule[] {
  return placed.map(({ rule }) => rule);
}
