import type { CompiledPolicy } from './evaluate.ts';
import type { Facts } from './language/facts.ts';
import { type Limit, limitOf, timeBounds } from './language/limit.ts';
import { VARIABLE_INDEX } from './language/variables.ts';
import type { Policy, Rule } from './rule.ts';
import type { RuleMemory } from './rule-memory.ts';

/** How near a session is to one limit. */
export interface Nearness {
  readonly rule: Rule;
  readonly limit: Limit;
  readonly value: number;
  /** Value as a share of the limit, 0 to 1; 1 at the limit and beyond it. */
  readonly fraction: number;
  /** True when the rule is broken. */
  readonly broken: boolean;
}

/** Each limit whose value is known, in the order of the policy. */
export function nearness(policy: Policy, facts: Facts): readonly Nearness[] {
  return policy.rules.flatMap((rule) => {
    const limit = limitOf(rule.when);
    const value = limit && measured(limit, facts);
    if (!limit || value === undefined || Number.isNaN(value)) return [];
    const { threshold, inclusive } = limit;
    const broken = value > threshold || (inclusive && value === threshold);
    const share = threshold > 0 ? Math.min(1, Math.max(0, value / threshold)) : 0;
    return [{ rule, limit, value, fraction: broken ? 1 : share, broken }];
  });
}

function measured({ measure }: Limit, facts: Facts): number | undefined {
  if (measure.op === 'variable') {
    const value = facts.values[VARIABLE_INDEX[measure.name]];
    return typeof value === 'number' ? value : undefined;
  }
  const [seconds] = measure.op === 'call' ? measure.args : [];
  if (measure.op !== 'call' || seconds?.op !== 'constant') return undefined;
  return measure.name === 'calls_last' ? facts.callsLast(Number(seconds.value)) : facts.costLast(Number(seconds.value));
}

/** Past the limit by this, so that whoever wakes then finds it broken, not just reached. Seconds. */
const MARGIN = 0.001;

/** Unix seconds of what time is counted from. */
export interface TimeOrigins {
  readonly startedAt: number;
  readonly lastEventAt: number;
  /** Bounds before this have been looked at. */
  readonly now: number;
}

/**
 * Unix seconds at which time alone may next make a rule hold, for the one timer a watcher needs. Undefined when it
 * cannot. Rules that have fired in this session are left out.
 */
export function nextDeadline(policy: CompiledPolicy, origins: TimeOrigins, memory: RuleMemory): number | undefined {
  const deadlines = policy.rules.flatMap(({ rule, firing }) => {
    if (memory.has(firing.ofSession(''))) return [];
    return timeBounds(rule.when).flatMap(({ variable, minutes }) => {
      const origin = variable === 'duration_minutes' ? origins.startedAt : origins.lastEventAt;
      const deadline = origin + minutes * 60 + MARGIN;
      return deadline > origins.now ? [deadline] : [];
    });
  });
  return deadlines.length > 0 ? Math.min(...deadlines) : undefined;
}
