import type { UserPrices } from '../../cost/user-prices.ts';
import type { GuardSettings } from '../guard-settings.ts';
import { type CheckContext, checkFields, wrongType } from './check-fields.ts';
import { checkPrices } from './check-prices.ts';
import { checkRuleList, type PlacedRule, USER_RULE_PREFIX } from './check-rules.ts';
import { checkSettings } from './check-settings.ts';
import type { PositionedValue } from './positioned.ts';
import { USER_CONFIG_FIELDS } from './rule-fields.ts';

/** What the user's own configuration says, and where. */
export interface PlacedUserConfig {
  /** Hold in every workspace; each name begins with `USER_RULE_PREFIX`. */
  readonly rules: readonly PlacedRule[];
  /** What it says nothing of is left out. */
  readonly guard: Partial<GuardSettings>;
  readonly webhook: string | undefined;
  readonly prices: UserPrices;
}

/** Checks an object of `USER_CONFIG_FIELDS`, all optional. Mistakes go to the context. */
export function checkUserConfig(root: PositionedValue, context: CheckContext): PlacedUserConfig {
  if (root.kind !== 'map') {
    wrongType(context, root, 'the configuration', 'an object: { "webhook": "https://...", "rules": [ ... ] }');
    return { rules: [], guard: {}, webhook: undefined, prices: {} };
  }
  const fields = checkFields(root, Object.keys(USER_CONFIG_FIELDS), context);
  const { mode, guard } = checkSettings(fields, context);
  const rules = fields.get('rules');
  const webhook = fields.get('webhook');
  const prices = fields.get('prices');
  return {
    rules: rules ? checkRuleList(rules, mode, context).map(asUserRule) : [],
    guard,
    webhook: webhook ? checkWebhook(webhook, context) : undefined,
    prices: prices ? checkPrices(prices, context) : {},
  };
}

function asUserRule(placed: PlacedRule): PlacedRule {
  return { ...placed, rule: { ...placed.rule, name: USER_RULE_PREFIX + placed.rule.name } };
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
