import type { Policy, RuleFileIssue, RuleIssue } from '../../common/rules/rule.ts';
import { loadRuleFile, type RuleFileLocation } from './rule-file.ts';
import { loadUserConfig, type UserConfigLocation } from './user-config.ts';

/** Everything a policy is made of. */
export interface PolicyLocation {
  readonly rules: RuleFileLocation;
  readonly userConfig: UserConfigLocation;
}

/** A `PolicyResult` that also says whether the user has a configuration. */
export type LoadedPolicy =
  | { readonly policy: Policy; readonly hasUserConfig: boolean }
  | { readonly issues: readonly RuleFileIssue[] };

/**
 * The user's own rules, then the workspace's; both hold. One mistake in either file and there is no policy, with the
 * mistakes of both. `source` is the workspace's file. Never throws.
 */
export async function loadPolicy({ rules, userConfig }: PolicyLocation): Promise<LoadedPolicy> {
  const [user, workspace] = await Promise.all([loadUserConfig(userConfig), loadRuleFile(rules)]);
  const issues = [
    ...('issues' in user ? inFile(userConfig.file, user.issues) : []),
    ...(workspace && 'issues' in workspace ? inFile(workspace.file, workspace.issues) : []),
  ];
  if (issues.length > 0 || 'issues' in user || (workspace && 'issues' in workspace)) return { issues };
  const { webhook } = user.value;
  return {
    policy: {
      rules: [...user.value.rules, ...(workspace?.value ?? [])],
      source: workspace?.file,
      ...(webhook === undefined ? {} : { webhook }),
    },
    hasUserConfig: user.found,
  };
}

function inFile(file: string, issues: readonly RuleIssue[]): readonly RuleFileIssue[] {
  return issues.map((issue) => ({ ...issue, file }));
}
