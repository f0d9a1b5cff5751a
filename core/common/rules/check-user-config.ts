import { type CheckContext, checkFields, wrongType } from './check-fields.ts';
import { checkRuleList, USER_RULE_PREFIX } from './check-rules.ts';
import type { PositionedValue } from './positioned.ts';
import type { Rule } from './rule.ts';

/** What the user's own configuration says about watching. */
export interface UserConfig {
  /** Hold in every workspace; each name begins with `USER_RULE_PREFIX`. */
  readonly rules: readonly Rule[];
  readonly webhook: string | undefined;
}

/** Checks `{ "webhook": URL, "rules": [...] }`, both optional. Mistakes go to the context. */
export function checkUserConfig(root: PositionedValue, context: CheckContext): UserConfig {
  if (root.kind !== 'map') {
    wrongType(context, root, 'the configuration', 'an object: { "webhook": "https://...", "rules": [ ... ] }');
    return { rules: [], webhook: undefined };
  }
  const fields = checkFields(root, ['webhook', 'rules'], context);
  const rules = fields.get('rules');
  const webhook = fields.get('webhook');
  return {
    rules: rules ? checkRuleList(rules, context).map((rule) => ({ ...rule, name: USER_RULE_PREFIX + rule.name })) : [],
    webhook: webhook ? checkWebhook(webhook, context) : undefined,
  };
}

function checkWebhook(value: PositionedValue, context: CheckContext): string | undefined {
  if (
    value.kind === 'scalar' &&
    typeof value.value === 'string' &&
    /^https?:\/\/[^\s/?#@]+(?:[/?#]\S*)?$/.test(value.value)
  )
    return value.value;
  // Who knows the address of a webhook can post to it.
  const span = { offset: value.offset, length: 1 };
  const hint = 'write "webhook": "https://HOST/PATH"';
  context.mistakes.push({ span, message: '"webhook" is not an http or https address', hint, secret: true });
  return undefined;
}
