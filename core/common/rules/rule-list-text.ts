import { DEFAULT_GUARD, type GuardSettings } from './guard-settings.ts';
import { formatExpression } from './language/format-expression.ts';
import type { Policy, Rule } from './rule.ts';

/** Rules as text, a line each thing that a rule says, for people to compare. */
export function ruleListText({ rules, guard = DEFAULT_GUARD }: Pick<Policy, 'rules' | 'guard'>): string {
  return [guardText(guard), ...rules.map(ruleText)].join('\n');
}

function guardText({ fail, answerWithinMs, askWithinSeconds }: GuardSettings): string {
  return `fail: ${fail}\nanswer_within_ms: ${answerWithinMs}\nask_within_seconds: ${askWithinSeconds}\n`;
}

function ruleText({ name, when, action, mode = 'enforce', repeat, warnAt, notify }: Rule): string {
  const rows: readonly (readonly [string, string | number | undefined])[] = [
    ['when', formatExpression(when)],
    ['action', action],
    ['mode', mode],
    ['repeat', repeat],
    ['warn_at', warnAt],
    ['notify', notify],
  ];
  const said = rows.flatMap(([field, value]) => (value === undefined ? [] : `  ${field}: ${value}\n`));
  return `${name}\n${said.join('')}`;
}
