import path from 'node:path';
import type { UserConfig } from '../../common/rules/check-user-config.ts';
import { type Checked, readUserConfig } from '../../common/rules/read-rules.ts';
import { wholeFileIssue } from '../../common/rules/rule-issue.ts';
import { readRuleText } from './read-rule-text.ts';
import { formatOf } from './rule-file.ts';

/** Where the user's own configuration is. */
export interface UserConfigLocation {
  readonly file: string;
  /** True when the user named it: then it must exist. */
  readonly named: boolean;
}

/** `$AGENT_TRACE_CONFIG`, or `.agent-trace/config.json` in the home directory. */
export function userConfigLocation(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): UserConfigLocation {
  const named = env['AGENT_TRACE_CONFIG'];
  return named
    ? { file: path.resolve(named), named: true }
    : { file: path.join(home, '.agent-trace', 'config.json'), named: false };
}

/** The configuration, and whether there was a file at all. */
export type LoadedUserConfig = Checked<UserConfig> & { readonly found: boolean };

/** Reads and checks the user's configuration; an empty one when there is none. Never throws. */
export async function loadUserConfig({ file, named }: UserConfigLocation): Promise<LoadedUserConfig> {
  const read = await readRuleText(file);
  if ('issue' in read) return { found: true, issues: [read.issue] };
  if ('text' in read) return { found: true, ...readUserConfig(read.text, formatOf(file)) };
  if (!named) return { found: false, value: { rules: [], webhook: undefined } };
  const issue = wholeFileIssue(
    'there is no such file',
    'AGENT_TRACE_CONFIG names it: create it, or unset the variable',
  );
  return { found: false, issues: [issue] };
}
