import type { Expression } from '../language/expression.ts';
import { joinedLimit } from '../language/limit.ts';
import { type CheckContext, head } from './check-fields.ts';
import type { PositionedValue } from './positioned.ts';

/** A share of a limit, above 0 and below 1. `when`: the rule's condition, undefined when it has a mistake. */
export function checkWarnAt(
  value: PositionedValue | undefined,
  when: Expression | undefined,
  context: CheckContext,
): number | undefined {
  if (!value) return undefined;
  const written = value.kind === 'scalar' ? value.value : null;
  const percent = typeof written === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(written)?.[1] : undefined;
  const share = percent === undefined ? written : Number(percent) / 100;
  if (typeof share !== 'number' || !(share > 0 && share < 1)) {
    const asPercent = typeof written === 'number' && written > 1 && written < 100 ? `"${written}%"` : '"80%"';
    const hint = `write 0.8 for four fifths of the limit, or ${asPercent}`;
    context.mistakes.push({ span: head(value), message: '"warn_at" is not a share of the limit', hint });
    return undefined;
  }
  if (!when) return undefined;
  const limit = joinedLimit(when)?.limit;
  if (limit && limit.threshold > 0) return share;
  const hint =
    'one can come near to cost_usd > 5, alone or joined by && to what is known of a session; leave "warn_at" out';
  context.mistakes.push({ span: head(value), message: 'the rule has no limit to warn of', hint });
  return undefined;
}
