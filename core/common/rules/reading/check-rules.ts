import type { GuardSettings } from '../guard-settings.ts';
import { ACTIONS, type Action, MODES, type Mode, REPEATS, type Rule } from '../rule.ts';
import { checkChoice, oneOf } from './check-choice.ts';
import { checkCondition, MAX_NAME_CHARACTERS, RULE_EXAMPLE } from './check-condition.ts';
import { checkExamples } from './check-examples.ts';
import { type CheckContext, checkFields, head, wrongType } from './check-fields.ts';
import { checkSettings } from './check-settings.ts';
import { checkWarnAt } from './check-warn-at.ts';
import { checkWhen } from './check-when.ts';
import type { PositionedMap, PositionedValue, Span } from './positioned.ts';
import { FILE_FIELDS, RULE_FIELDS } from './rule-fields.ts';
import { shorten } from './rule-issue.ts';

/** Names of the user's own rules begin with this, so that no workspace can pass its rules off as theirs. */
export const USER_RULE_PREFIX = 'user: ';

const MAX_RULES = 1000;
const MAX_NOTIFY_CHARACTERS = 500;
const FIELD_NAMES = Object.keys(RULE_FIELDS);

/** A rule and where it stands. */
export interface PlacedRule {
  readonly rule: Rule;
  readonly span: Span;
  /** What it says in the older fields, as one condition; undefined when it says so in `when`. */
  readonly older?: string;
}

/** What a file says: its rules, and how calls are held. */
export interface PlacedRuleFile {
  readonly rules: readonly PlacedRule[];
  /** What it says nothing of is left out. */
  readonly guard: Partial<GuardSettings>;
}

/** A workspace's file: a list of rules, or an object with a list called `rules`. Mistakes go to the context. */
export function checkRuleFile(root: PositionedValue, context: CheckContext): PlacedRuleFile {
  if (root.kind === 'list') return { rules: checkRuleList(root, undefined, context), guard: {} };
  if (root.kind !== 'map') {
    wrongType(context, root, 'a rule file', 'a list of rules, or an object with a list called "rules"');
    return { rules: [], guard: {} };
  }
  const fields = checkFields(root, Object.keys(FILE_FIELDS), context, {
    webhook: {
      message: 'a webhook is not read from a workspace, which others can write to',
      hint: 'move it to your own configuration, ~/.agent-trace/config.json',
      secret: true,
    },
  });
  const { mode, guard } = checkSettings(fields, context);
  const rules = fields.get('rules');
  if (rules) return { rules: checkRuleList(rules, mode, context), guard };
  const hint = 'write { "rules": [ ... ] }; an empty list is fine when nothing is to be guarded';
  context.mistakes.push({ span: head(root), message: 'the field "rules" is missing', hint });
  return { rules: [], guard };
}

/** `mode` is that of the file, for rules that say nothing of it. */
export function checkRuleList(
  value: PositionedValue,
  mode: Mode | undefined,
  context: CheckContext,
): readonly PlacedRule[] {
  if (value.kind !== 'list') {
    wrongType(context, value, '"rules"', 'a list: [ { "condition": ..., "action": ... } ]');
    return [];
  }
  const extra = value.items[MAX_RULES];
  if (extra) {
    const hint = 'use lists of globs and fewer rules';
    context.mistakes.push({ span: head(extra), message: `more than ${MAX_RULES} rules`, hint });
  }
  const rules: PlacedRule[] = [];
  const names = new Set<string>();
  for (const item of value.items.slice(0, MAX_RULES)) {
    const checked = checkRule(item, mode, context);
    if (!checked) continue;
    if (names.has(checked.rule.name)) {
      const message = `a second rule named "${shorten(checked.rule.name, MAX_NAME_CHARACTERS)}"`;
      context.mistakes.push({ span: checked.nameSpan, message, hint: 'give each rule a "name" of its own' });
    }
    names.add(checked.rule.name);
    const { rule, older } = checked;
    rules.push({ rule, span: item, ...(older === undefined ? {} : { older }) });
  }
  return rules;
}

interface CheckedRule extends Pick<PlacedRule, 'rule' | 'older'> {
  readonly nameSpan: Span;
}

function checkRule(value: PositionedValue, fileMode: Mode | undefined, context: CheckContext): CheckedRule | undefined {
  if (value.kind !== 'map') {
    wrongType(context, value, 'a rule', `an object: ${RULE_EXAMPLE}`);
    return undefined;
  }
  const before = context.mistakes.length;
  const fields = checkFields(value, FIELD_NAMES, context);
  const action = checkAction(value, fields.get('action'), context);
  const mode = checkChoice(fields.get('mode'), 'mode', MODES, context) ?? fileMode;
  const repeat = checkChoice(fields.get('repeat'), 'repeat', REPEATS, context);
  const when = fields.get('when');
  const condition = when ? checkWhen(when, fields, context) : checkCondition(value, fields, context);
  const warnAt = checkWarnAt(fields.get('warn_at'), condition?.when, context);
  const givenName = fields.get('name');
  const name = givenName ? checkText(givenName, '"name"', MAX_NAME_CHARACTERS, context) : undefined;
  if (givenName && name?.startsWith(USER_RULE_PREFIX.trim())) {
    const hint = `"${USER_RULE_PREFIX.trim()}" marks the rules of your own configuration; choose another name`;
    context.mistakes.push({ span: givenName, message: 'a reserved name', hint });
  }
  const givenNotify = fields.get('notify');
  const notify = givenNotify ? checkText(givenNotify, '"notify"', MAX_NOTIFY_CHARACTERS, context) : undefined;
  checkExamples(name ?? condition?.text ?? '', fields, condition?.when, context);
  if (context.mistakes.length > before || !action || !condition) return undefined;
  const rule = {
    name: name ?? condition.text,
    when: condition.when,
    action,
    ...(mode === undefined ? {} : { mode }),
    ...(repeat === undefined ? {} : { repeat }),
    ...(warnAt === undefined ? {} : { warnAt }),
    ...(notify === undefined ? {} : { notify }),
  };
  const nameSpan = givenName ?? when ?? fields.get('condition') ?? head(value);
  return { rule, nameSpan, ...(when ? {} : { older: condition.text }) };
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
  return checkChoice(value, 'action', ACTIONS, context);
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
