import type { LimitValues } from './evaluate.ts';
import type { Policy, Rule } from './rule.ts';
import type { RuleMemory } from './rule-memory.ts';

/** How near a session is to one limit. */
export interface Nearness {
  readonly rule: Rule;
  readonly value: number;
  /** Value as a share of the limit, 0 to 1; 1 at the limit and beyond it. */
  readonly fraction: number;
  /** True when the value is greater than the limit. */
  readonly broken: boolean;
}

/** Each limit whose value is known, in the order of the policy. */
export function nearness(policy: Policy, values: LimitValues): readonly Nearness[] {
  return policy.rules.flatMap((rule) => {
    if (rule.condition.kind !== 'limit') return [];
    const { variable, threshold } = rule.condition;
    const value = values[variable];
    if (value === undefined || Number.isNaN(value)) return [];
    const broken = value > threshold;
    const share = threshold > 0 ? Math.min(1, Math.max(0, value / threshold)) : 0;
    return [{ rule, value, fraction: broken ? 1 : share, broken }];
  });
}

/** Past the limit by this, so that whoever wakes then finds it broken, not just reached. Seconds. */
const MARGIN = 0.001;

/**
 * Unix seconds at which the next `duration_minutes` limit will be broken, for the one timer a watcher needs; in the past
 * when one is broken and has not fired. Undefined when there is none left. `startedAt`: Unix seconds.
 */
export function nextDeadline(policy: Policy, startedAt: number, memory: RuleMemory): number | undefined {
  const deadlines = policy.rules.flatMap((rule) => {
    const { condition } = rule;
    if (condition.kind !== 'limit' || condition.variable !== 'duration_minutes' || memory.hasFired(rule, '')) return [];
    return [startedAt + condition.threshold * 60 + MARGIN];
  });
  return deadlines.length > 0 ? Math.min(...deadlines) : undefined;
}
