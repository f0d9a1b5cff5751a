import { formatRuleIssue } from '../../core/common/rules/reading/rule-issue.ts';
import type { RuleIssue } from '../../core/common/rules/rule.ts';
import { sanitizeLines } from '../../core/common/view/sanitize.ts';
import type { CheckedRuleFile } from '../../core/node/rules/checked-rule-files.ts';
import type { CliContext } from '../commands/cli-context.ts';
import { namedOrOwnFiles, shownFile } from './rule-location.ts';

/** What is said where nothing guards. */
export const NO_RULES =
  'no rules here: nothing is stopped, whatever happens; agent-trace rules init writes a first file';

/** `agent-trace rules check`: every mistake with its place. Gives the exit status: 1 when there is one. */
export async function checkRules(
  context: CliContext,
  file: string | undefined,
  { json }: { readonly json?: boolean },
): Promise<0 | 1> {
  const files = await namedOrOwnFiles(context, file);
  const hasMistake = files.some(({ issues }) => issues.length > 0);
  if (json) context.stdout.write(`${JSON.stringify({ ok: !hasMistake, files: files.map(asJson) }, null, 2)}\n`);
  else context.stdout.write(files.length === 0 ? `${NO_RULES}\n` : sanitizeLines(asText(files, context.cwd)));
  return hasMistake ? 1 : 0;
}

function asText(files: readonly CheckedRuleFile[], cwd: string): string {
  return files
    .flatMap((checked) => {
      const file = shownFile(checked.file, cwd);
      const { issues, rules } = checked;
      if (issues.length > 0) return issues.map((issue) => formatRuleIssue(file, issue));
      return [`${file}: ${rules.length === 1 ? '1 rule' : `${rules.length} rules`}, no mistake`];
    })
    .map((line) => `${line}\n`)
    .join('');
}

function asJson({ file, kind, rules, issues }: CheckedRuleFile): object {
  return { file, kind, rules: rules.length, mistakes: issues.map(mistakeAsJson) };
}

function mistakeAsJson({ line, column, text, message, hint }: RuleIssue): object {
  return { line, column, text, message, hint };
}
