import { type ModelPrices, PRICE_FIELDS, type PriceField, type UserPrices } from '../../cost/user-prices.ts';
import { type CheckContext, checkFields, head, wrongType } from './check-fields.ts';
import type { PositionedValue } from './positioned.ts';
import { shorten } from './rule-issue.ts';

const EXAMPLE = '{ "my-model": { "input": 3, "output": 15, "cache_read": 0.3 } }';

/** Checks the `prices` of the user's configuration. Mistakes go to the context. */
export function checkPrices(value: PositionedValue, context: CheckContext): UserPrices {
  if (value.kind !== 'map') {
    wrongType(context, value, '"prices"', `an object: ${EXAMPLE}`);
    return {};
  }
  const prices: Record<string, ModelPrices> = {};
  for (const { key, value: entry } of value.entries) {
    if (Object.hasOwn(prices, key.name)) {
      const message = `the model "${shorten(key.name, 40)}" stands twice`;
      context.mistakes.push({ span: key, message, hint: 'leave one of the two out' });
    }
    const checked = checkModel(shorten(key.name, 40), entry, context);
    if (checked) Object.defineProperty(prices, key.name, { value: checked, enumerable: true, configurable: true });
  }
  return prices;
}

function checkModel(model: string, value: PositionedValue, context: CheckContext): ModelPrices | undefined {
  if (value.kind !== 'map') {
    wrongType(context, value, `the price of "${model}"`, 'USD per million tokens: { "input": 3, "output": 15 }');
    return undefined;
  }
  const fields = checkFields(value, PRICE_FIELDS, context);
  const found: Partial<Record<PriceField, number>> = {};
  for (const name of PRICE_FIELDS) {
    const field = fields.get(name);
    if (!field) continue;
    if (field.kind === 'scalar' && typeof field.value === 'number' && field.value >= 0) found[name] = field.value;
    else {
      const message = `"${name}" is no price`;
      context.mistakes.push({ span: head(field), message, hint: 'write USD per million tokens, zero or more: 0.3' });
    }
  }
  for (const name of ['input', 'output'] as const) {
    if (fields.has(name)) continue;
    const message = `the price of "${model}" has no "${name}"`;
    context.mistakes.push({ span: head(value), message, hint: 'write both: { "input": 3, "output": 15 }' });
  }
  const { input, output } = found;
  return input === undefined || output === undefined ? undefined : { ...found, input, output };
}
