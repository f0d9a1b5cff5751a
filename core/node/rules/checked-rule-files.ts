import type { PlacedRule } from '../../common/rules/reading/check-rules.ts';
import { checkRuleText, type RuleFileKind } from '../../common/rules/reading/read-rules.ts';
import { toIssues } from '../../common/rules/reading/rule-issue.ts';
import type { RuleIssue } from '../../common/rules/rule.ts';
import type { PolicyLocation, PolicyTexts } from './load-policy.ts';
import type { RuleText } from './read-rule-text.ts';
import { formatOf } from './rule-file.ts';

/** One rule file with all that is right and wrong in it. */
export interface CheckedRuleFile {
  readonly file: string;
  readonly kind: RuleFileKind;
  /** The rules without a mistake; none of them holds while there is an issue. */
  readonly rules: readonly PlacedRule[];
  readonly issues: readonly RuleIssue[];
}

/** The files a policy is made of, the user's first; those that do not exist are left out. Never throws. */
export function checkRuleFiles({ userConfig }: PolicyLocation, texts: PolicyTexts): readonly CheckedRuleFile[] {
  return [
    ...('missing' in texts.userConfig ? [] : [checkFile(userConfig.file, 'user', texts.userConfig)]),
    ...(texts.rules ? [checkFile(texts.rules.file, 'workspace', texts.rules.read)] : []),
  ];
}

/** The same of one file. */
export function checkFile(
  file: string,
  kind: RuleFileKind,
  read: Exclude<RuleText, { missing: true }>,
): CheckedRuleFile {
  if ('issue' in read) return { file, kind, rules: [], issues: [read.issue] };
  const { rules, mistakes } = checkRuleText(read.text, formatOf(file), kind);
  return { file, kind, rules, issues: toIssues(read.text, mistakes) };
}
