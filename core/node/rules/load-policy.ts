import { mergedGuard } from '../../common/rules/guard-settings.ts';
import {
  type Checked,
  type RuleFile,
  readRuleFile,
  readUserConfig,
  type UserConfig,
} from '../../common/rules/reading/read-rules.ts';
import type { Policy, RuleFileIssue, RuleIssue } from '../../common/rules/rule.ts';
import type { RuleText } from './read-rule-text.ts';
import { type FoundRuleFile, findRuleFile, formatOf, type RuleFileLocation } from './rule-file.ts';
import { readUserConfigText } from './user-config.ts';
import type { UserConfigLocation } from './user-config-location.ts';

/** Everything a policy is made of. */
export interface PolicyLocation {
  readonly rules: RuleFileLocation;
  readonly userConfig: UserConfigLocation;
}

/** The files' contents at one moment; plain data, equal when nothing has changed. */
export interface PolicyTexts {
  readonly userConfig: RuleText;
  readonly rules: FoundRuleFile | undefined;
}

/** A `PolicyResult` that also says whether the user has a configuration. */
export type LoadedPolicy =
  | { readonly policy: Policy; readonly hasUserConfig: boolean }
  | { readonly issues: readonly RuleFileIssue[] };

/** Reads the user's configuration and the workspace's rules, and checks them. Never throws. */
export async function loadPolicy(location: PolicyLocation): Promise<LoadedPolicy> {
  return checkPolicyTexts(location, await readPolicyTexts(location));
}

export async function readPolicyTexts({ rules, userConfig }: PolicyLocation): Promise<PolicyTexts> {
  const [userText, ruleFile] = await Promise.all([readUserConfigText(userConfig), findRuleFile(rules)]);
  return { userConfig: userText, rules: ruleFile };
}

/**
 * The user's own rules, then the workspace's; both hold, each in the mode of its own file. One mistake in either file
 * and there is no policy, with the mistakes of both. `source` is the workspace's file.
 */
export function checkPolicyTexts({ userConfig }: PolicyLocation, texts: PolicyTexts): LoadedPolicy {
  const user = checkUserText(userConfig.file, texts.userConfig);
  const rules = checkRuleText(texts.rules);
  if ('issues' in user || 'issues' in rules) {
    return {
      issues: [
        ...('issues' in user ? inFile(userConfig.file, user.issues) : []),
        ...('issues' in rules ? inFile(texts.rules?.file ?? '', rules.issues) : []),
      ],
    };
  }
  const { webhook, prices } = user.value;
  return {
    policy: {
      rules: [...user.value.rules, ...rules.value.rules],
      guard: mergedGuard(user.value.guard, rules.value.guard),
      source: texts.rules?.file,
      ...(webhook === undefined ? {} : { webhook }),
      ...(Object.keys(prices).length === 0 ? {} : { prices }),
    },
    hasUserConfig: 'text' in texts.userConfig,
  };
}

function checkUserText(file: string, read: RuleText): Checked<UserConfig> {
  if ('issue' in read) return { issues: [read.issue] };
  return 'text' in read
    ? readUserConfig(read.text, formatOf(file))
    : { value: { rules: [], guard: {}, webhook: undefined, prices: {} } };
}

function checkRuleText(found: FoundRuleFile | undefined): Checked<RuleFile> {
  if (!found) return { value: { rules: [], guard: {} } };
  return 'issue' in found.read ? { issues: [found.read.issue] } : readRuleFile(found.read.text, formatOf(found.file));
}

function inFile(file: string, issues: readonly RuleIssue[]): readonly RuleFileIssue[] {
  return issues.map((issue) => ({ ...issue, file }));
}
