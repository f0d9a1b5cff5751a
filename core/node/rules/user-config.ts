import { wholeFileIssue } from '../../common/rules/reading/rule-issue.ts';
import { type RuleText, readRuleText } from './read-rule-text.ts';
import type { UserConfigLocation } from './user-config-location.ts';

/** Reads the user's configuration. `missing` when there is none, which is an issue when it was named. Never throws. */
export async function readUserConfigText({ file, named }: UserConfigLocation): Promise<RuleText> {
  const read = await readRuleText(file);
  if (!named || !('missing' in read)) return read;
  return {
    issue: wholeFileIssue('there is no such file', 'AGENT_TRACE_CONFIG names it: create it, or unset the variable'),
  };
}
