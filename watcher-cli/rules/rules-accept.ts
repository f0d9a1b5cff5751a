import { formatRuleIssue } from '../../core/common/rules/reading/rule-issue.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { acceptRules } from '../../core/node/rules/accept-rules.ts';
import type { CliContext } from '../commands/cli-context.ts';
import { findWorkspace } from '../commands/find-workspace.ts';
import { ruleLocation } from './rule-location.ts';

/** `agent-trace rules accept`. Throws AgentTraceError `bad-rules` when the rules have a mistake. */
export async function acceptRulesHere(context: CliContext): Promise<void> {
  const { folder, store } = findWorkspace(context.cwd, context.env);
  const location = ruleLocation(context);
  const result = await acceptRules({ folder, store, location, runtimeDir: context.runtimeDir() });
  if ('issues' in result) {
    throw new AgentTraceError('bad-rules', result.issues.map((issue) => formatRuleIssue(issue.file, issue)).join('\n'));
  }
  context.stdout.write(
    result.accepted ? 'the changed rules hold from now on\n' : 'the rules in the files hold already\n',
  );
}
