import { firingOf } from '../../core/common/rules/firing.ts';
import { explainExpression } from '../../core/common/rules/language/explain-expression.ts';
import { formatExpression } from '../../core/common/rules/language/format-expression.ts';
import type { PlacedRule } from '../../core/common/rules/reading/check-rules.ts';
import { formatRuleIssue } from '../../core/common/rules/reading/rule-issue.ts';
import { ACTION_MEANINGS, isAnswer, MODE_MEANINGS, REPEAT_MEANINGS, type Rule } from '../../core/common/rules/rule.ts';
import { sanitizeLines } from '../../core/common/view/sanitize.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import type { CheckedRuleFile } from '../../core/node/rules/checked-rule-files.ts';
import type { CliContext } from '../commands/cli-context.ts';
import { namedOrOwnFiles, shownFile } from './rule-location.ts';
import { NO_RULES } from './rules-check.ts';

/** `agent-trace rules explain`: each rule in words. Throws AgentTraceError `bad-rules` when a file has a mistake. */
export async function explainRules(
  context: CliContext,
  file: string | undefined,
  { json }: { readonly json?: boolean },
): Promise<void> {
  const files = await namedOrOwnFiles(context, file);
  const issues = files.flatMap((each) => each.issues.map((issue) => formatRuleIssue(each.file, issue)));
  if (issues.length > 0) throw new AgentTraceError('bad-rules', issues.join('\n'));
  if (json) {
    const rules = files.flatMap((each) => each.rules.map((rule) => asJson(each, rule)));
    context.stdout.write(`${JSON.stringify(rules, null, 2)}\n`);
    return;
  }
  const text = files.map((each) => asText(each, context.cwd)).join('\n');
  context.stdout.write(text === '' ? `${NO_RULES}\n` : sanitizeLines(text));
}

/** Rules in the order in which they are held against a call. */
function asText({ file, kind, rules }: CheckedRuleFile, cwd: string): string {
  const whose = kind === 'user' ? 'your own rules, in every workspace' : "the workspace's rules";
  const none = rules.length === 0 ? ['  none\n'] : [];
  return [`${shownFile(file, cwd)}: ${whose}\n`, ...none, ...rules.map(ruleText)].join('');
}

function ruleText({ rule, older }: PlacedRule): string {
  const { name, when, action, mode, repeat, warnAt, notify } = rule;
  const rows: readonly (readonly [string, string])[] = [
    ...(older === undefined ? [] : [['condition', older] as const]),
    ['when', formatExpression(when)],
    ['means', `${explainExpression(when)}; ${howOften(rule)}`],
    [action, ACTION_MEANINGS[action].replaceAll('`', '')],
    ...(mode === 'monitor' ? [[mode, MODE_MEANINGS[mode]] as const] : []),
    ...(repeat === undefined ? [] : [[repeat, REPEAT_MEANINGS[repeat]] as const]),
    ...(warnAt === undefined ? [] : [['warn at', `${Math.round(warnAt * 1000) / 10} % of the limit`] as const]),
    ...(notify === undefined ? [] : [['notify', notify] as const]),
  ];
  return `\n  ${name}\n${rows.map(([label, text]) => `    ${label.padEnd(10)}${text}\n`).join('')}`;
}

function asJson({ file, kind }: CheckedRuleFile, { rule, older }: PlacedRule): object {
  const { name, when, action, mode, repeat, warnAt, notify } = rule;
  return {
    name,
    file,
    kind,
    when: formatExpression(when),
    ...(older === undefined ? {} : { condition: older }),
    means: explainExpression(when),
    each_call: firingOf(rule).isPerCall,
    action,
    mode: mode ?? 'enforce',
    ...(repeat === undefined ? {} : { repeat }),
    ...(warnAt === undefined ? {} : { warn_at: warnAt }),
    ...(notify === undefined ? {} : { notify }),
  };
}

function howOften(rule: Rule): string {
  if (firingOf(rule).isPerCall) return 'each such call';
  if (isAnswer(rule.action)) return rule.repeat === 'once' ? 'once a session, at a call' : 'each call from then on';
  return rule.repeat === 'always' ? 'each time that it comes to that' : 'once a session';
}
