import type { UserPrices } from '../../common/cost/user-prices.ts';
import { formatRuleIssue } from '../../common/rules/reading/rule-issue.ts';
import { AgentTraceError } from '../agent-trace-error.ts';
import { formatOf } from '../rules/rule-file.ts';
import { readUserConfigText } from '../rules/user-config.ts';
import type { UserConfigLocation } from '../rules/user-config-location.ts';

/** The prices of the user's configuration. Throws AgentTraceError `bad-rules` with every mistake of it. */
export async function configuredPrices(location: UserConfigLocation): Promise<UserPrices> {
  const read = await readUserConfigText(location);
  if ('missing' in read) return {};
  // Loaded once there is a configuration: the language of rules comes with it.
  const { readUserConfig } = await import('../../common/rules/reading/read-rules.ts');
  const checked = 'issue' in read ? { issues: [read.issue] } : readUserConfig(read.text, formatOf(location.file));
  if ('value' in checked) return checked.value.prices;
  throw new AgentTraceError(
    'bad-rules',
    checked.issues.map((issue) => formatRuleIssue(location.file, issue)).join('\n'),
  );
}
