import { checkCondition, MAX_NAME_CHARACTERS, RULE_EXAMPLE } from './check-condition.ts';
import { type CheckContext, checkFields, head, wrongType } from './check-fields.ts';
import { didYouMean } from './did-you-mean.ts';
import type { PositionedMap, PositionedValue, Span } from './positioned.ts';
import { ACTIONS, type Action, type Rule } from './rule.ts';
import { shorten } from './rule-issue.ts';

/** Names of the user's own rules begin with this, so that no workspace can pass its rules off as theirs. */
export const USER_RULE_PREFIX = 'user: ';

const MAX_RULES = 1000;
const MAX_NOTIFY_CHARACTERS = 500;
const RULE_FIELDS = ['name', 'condition', 'threshold', 'glob', 'action', 'notify'];

/** The rules of a workspace's file: a list, or an object with a list called `rules`. Mistakes go to the context. */
export function checkRuleFile(root: PositionedValue, context: CheckContext): readonly Rule[] {
  if (root.kind === 'list') return checkRuleList(root, context);
  if (root.kind !== 'map') {
    wrongType(context, root, 'a rule file', 'a list of rules, or an object with a list called "rules"');
    return [];
  }
  const fields = checkFields(root, ['rules'], context, {
    webhook: {
      message: 'a webhook is not read from a workspace, which others can write to',
      hint: 'move it to your own configuration, ~/.agent-trace/config.json',
      secret: true,
    },
  });
  const rules = fields.get('rules');
  if (rules) return checkRuleList(rules, context);
  const hint = 'write { "rules": [ ... ] }; an empty list is fine when nothing is to be guarded';
  context.mistakes.push({ span: head(root), message: 'the field "rules" is missing', hint });
  return [];
}

export function checkRuleList(value: PositionedValue, context: CheckContext): readonly Rule[] {
  if (value.kind !== 'list') {
    wrongType(context, value, '"rules"', 'a list: [ { "condition": ..., "action": ... } ]');
    return [];
  }
  const extra = value.items[MAX_RULES];
  if (extra) {
    const hint = 'use lists of globs and fewer rules';
    context.mistakes.push({ span: head(extra), message: `more than ${MAX_RULES} rules`, hint });
  }
  const rules: Rule[] = [];
  const names = new Set<string>();
  for (const item of value.items.slice(0, MAX_RULES)) {
    const checked = checkRule(item, context);
    if (!checked) continue;
    if (names.has(checked.rule.name)) {
      const message = `a second rule named "${shorten(checked.rule.name, MAX_NAME_CHARACTERS)}"`;
      context.mistakes.push({ span: checked.nameSpan, message, hint: 'give each rule a "name" of its own' });
    }
    names.add(checked.rule.name);
    rules.push(checked.rule);
  }
  return rules;
}

function checkRule(value: PositionedValue, context: CheckContext): { rule: Rule; nameSpan: Span } | undefined {
  if (value.kind !== 'map') {
    wrongType(context, value, 'a rule', `an object: ${RULE_EXAMPLE}`);
    return undefined;
  }
  const before = context.mistakes.length;
  const fields = checkFields(value, RULE_FIELDS, context);
  const action = checkAction(value, fields.get('action'), context);
  const condition = checkCondition(value, fields, context);
  const givenName = fields.get('name');
  const name = givenName ? checkText(givenName, '"name"', MAX_NAME_CHARACTERS, context) : undefined;
  if (givenName && name?.startsWith(USER_RULE_PREFIX.trim())) {
    const hint = `"${USER_RULE_PREFIX.trim()}" marks the rules of your own configuration; choose another name`;
    context.mistakes.push({ span: givenName, message: 'a reserved name', hint });
  }
  const givenNotify = fields.get('notify');
  const notify = givenNotify ? checkText(givenNotify, '"notify"', MAX_NOTIFY_CHARACTERS, context) : undefined;
  if (context.mistakes.length > before || !action || !condition) return undefined;
  const rule = {
    name: name ?? condition.text,
    condition: condition.condition,
    action,
    ...(notify === undefined ? {} : { notify }),
  };
  return { rule, nameSpan: givenName ?? fields.get('condition') ?? head(value) };
}

function checkAction(
  rule: PositionedMap,
  value: PositionedValue | undefined,
  context: CheckContext,
): Action | undefined {
  if (!value) {
    context.mistakes.push({
      span: head(rule),
      message: 'the rule has no "action"',
      hint: `write "action": ${oneOf(ACTIONS)}`,
    });
    return undefined;
  }
  const known = ACTIONS.find((action) => value.kind === 'scalar' && value.value === action);
  if (known) return known;
  const suggestion = value.kind === 'scalar' ? didYouMean(String(value.value), ACTIONS) : '';
  context.mistakes.push({
    span: head(value),
    message: value.kind === 'scalar' ? `unknown action "${shorten(String(value.value), 40)}"` : 'unknown action',
    hint: `${suggestion}An action is ${oneOf(ACTIONS)}`,
  });
  return undefined;
}

function oneOf(words: readonly string[]): string {
  return words
    .map((word) => `"${word}"`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
}

/** A text that is shown to people: not empty, printable, of bounded length; made one line. */
function checkText(value: PositionedValue, what: string, limit: number, context: CheckContext): string | undefined {
  if (value.kind !== 'scalar' || typeof value.value !== 'string') {
    wrongType(context, value, what, 'a text in quotes');
    return undefined;
  }
  const text = value.value.trim().replace(/\s+/g, ' ');
  if (text !== '' && shorten(text, limit) === text) return text;
  const message = text === '' ? `${what} is empty` : `${what} is too long or holds characters that do not print`;
  context.mistakes.push({
    span: value,
    message,
    hint: `write at most ${limit} characters of plain text, or leave it out`,
  });
  return undefined;
}
