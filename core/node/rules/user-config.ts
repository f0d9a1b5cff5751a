import path from 'node:path';
import { wholeFileIssue } from '../../common/rules/rule-issue.ts';
import { type RuleText, readRuleText } from './read-rule-text.ts';

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

/** Reads the user's configuration. `missing` when there is none, which is an issue when it was named. Never throws. */
export async function readUserConfigText({ file, named }: UserConfigLocation): Promise<RuleText> {
  const read = await readRuleText(file);
  if (!named || !('missing' in read)) return read;
  return {
    issue: wholeFileIssue('there is no such file', 'AGENT_TRACE_CONFIG names it: create it, or unset the variable'),
  };
}
