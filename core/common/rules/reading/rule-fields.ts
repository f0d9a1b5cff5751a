import { ANSWER_WITHIN_MS, ASK_WITHIN_SECONDS, FAIL_MEANINGS, type SettingRange } from '../guard-settings.ts';
import { ACTION_MEANINGS, MODE_MEANINGS, REPEAT_MEANINGS } from '../rule.ts';

/** The fields of a rule, and what each is for; Markdown. */
export const RULE_FIELDS = {
  when: 'required: a condition in the language of rules, such as `cost_usd > 5 && !is_subagent`',
  condition: 'older form of `when`: `VARIABLE > NUMBER`, `VARIABLE matches "GLOB"`, or the variable alone',
  threshold: 'the number, when the condition is the variable alone',
  glob: 'one glob or a list of them, when the condition is the variable alone',
  action: 'required: `alert`, `ask`, `deny`, `pause` or `kill`',
  mode: '`enforce` or `monitor`: only say what would be done; by default the mode of the file',
  repeat: '`once` in a session, or `always`; by default a rule on calls always, any other once',
  warn_at: 'for a limit: say so once when this share of it is passed, `0.8` or `"80%"`',
  match:
    'examples of what breaks the rule: a text, an object of variables, or a list of them; tried when the file is read',
  no_match: 'examples of what does not break it',
  name: "shown with alerts; by default the condition's text; each name may stand once in a file",
  notify: 'your own words, shown with alerts',
} as const;
export type RuleField = keyof typeof RULE_FIELDS;

/** Fields that say what `when` says; a rule has these or that. */
export const OLDER_FIELDS: readonly RuleField[] = ['condition', 'threshold', 'glob'];

/** The fields of a rule file that is an object; Markdown. */
export const FILE_FIELDS = {
  mode: '`enforce` (default) or `monitor`, for all rules of the file that do not say it themselves',
  fail: 'what becomes of a call when nobody answers its hook in time: `open` (default), it runs; `closed`, it does not',
  answer_within_ms: `milliseconds that a hook waits for the watcher's answer, ${rangeOf(ANSWER_WITHIN_MS)}`,
  ask_within_seconds: `seconds that \`ask\` waits for yours, ${rangeOf(ASK_WITHIN_SECONDS)}; then the call does not run`,
  rules: 'required: the list of rules',
} as const;

const { mode, fail, answer_within_ms, ask_within_seconds } = FILE_FIELDS;

/** The fields of the user's own configuration. */
export const USER_CONFIG_FIELDS = {
  webhook: 'http or https address that alerts are posted to',
  prices: 'prices of models in US dollars per million tokens, before those of the price list',
  mode,
  fail,
  answer_within_ms,
  ask_within_seconds,
  rules: 'rules that hold in every workspace, in addition to its own',
} as const;

/** What fields of few words may say, and what each word means; Markdown. */
export const CHOICES = {
  action: ACTION_MEANINGS,
  mode: MODE_MEANINGS,
  repeat: REPEAT_MEANINGS,
  fail: FAIL_MEANINGS,
} as const;

/** Undefined for a field that may say something else. */
export function choicesOf(field: string): Readonly<Record<string, string>> | undefined {
  return Object.hasOwn(CHOICES, field) ? CHOICES[field as keyof typeof CHOICES] : undefined;
}

function rangeOf({ least, most, usual }: SettingRange): string {
  return `${least} to ${most}, by default ${usual}`;
}
