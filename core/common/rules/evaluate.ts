import { type Description, describeBreach, describeWarning } from './describe-breach.ts';
import { type Firing, firingOf, isOnCalls } from './firing.ts';
import { CallTexts } from './language/call-texts.ts';
import { type CompileContext, compileExpression, type Evaluator } from './language/compile-expression.ts';
import type { Facts } from './language/facts.ts';
import type { PathOptions } from './matching/file-path.ts';
import { isAnswer, type Policy, type Rule } from './rule.ts';
import type { RuleMemory } from './rule-memory.ts';
import { RuleScreen } from './rule-screen.ts';
import { type Warning, warningOf } from './warning.ts';

/** A rule was broken. `value`, `threshold`, `condition`, `scope` and `period` are those of a `Decision`. */
export interface Breach extends Description {
  /** For a warning, the rule of it: it has the name of the rule whose limit is near, and the action `alert`. */
  readonly rule: Rule;
  /** The event that broke it; empty when time alone did. */
  readonly eventId: string;
  readonly condition: string;
  readonly scope?: 'session';
  /** The day that a condition on a day was broken on. */
  readonly period?: string;
  /** For a warning, the limit that is near. */
  readonly warnsOf?: number;
  /** Set when it was given before: only on a held call, whose answer must be the same whenever it is asked for. */
  readonly again?: true;
}

/** A rule made ready, or what it warns of beforehand. */
export interface CompiledRule {
  readonly rule: Rule;
  readonly holds: Evaluator;
  /** It asks for facts of a call or answers one, so it is held against calls alone. */
  readonly isOnCalls: boolean;
  readonly firing: Firing;
  /** Set for what is said before a limit is broken. */
  readonly warning: Warning | undefined;
}

/** A policy made ready for evaluation; compile once, evaluate at each event. */
export interface CompiledPolicy {
  readonly policy: Policy;
  readonly rules: readonly CompiledRule[];
  readonly screen: RuleScreen<CompiledRule>;
  readonly context: CompileContext;
}

/** What the rules are held against after one event, or when time has passed. */
export interface Occasion {
  readonly facts: Facts;
  /** What a breach may tell of them: secrets are left out; the same by default. */
  readonly shown?: Facts;
  /** Empty when time alone is the cause. */
  readonly eventId: string;
  /** Whether the event is a call that is judged. */
  readonly isCall: boolean;
  /** Whether the call waits for the answer, rather than being reported. */
  readonly isHeld?: boolean | undefined;
  /** The user's day, `2026-11-20`: a condition on what a day may cost holds anew each day. */
  readonly day?: string | undefined;
}

/** `pattern` makes regular expressions ready, see `linearPattern`. */
export function compilePolicy(policy: Policy, paths: PathOptions, pattern: CompileContext['pattern']): CompiledPolicy {
  const context: CompileContext = { texts: new CallTexts(paths), pattern };
  const ready = (rule: Rule, warning?: Warning): CompiledRule => ({
    rule,
    holds: compileExpression(rule.when, context),
    isOnCalls: isOnCalls(rule),
    firing: firingOf(rule, warning?.limit.threshold),
    warning,
  });
  const rules = policy.rules.flatMap((rule) => {
    const warning = warningOf(rule);
    return warning ? [ready(rule), ready(warning.rule, warning)] : [ready(rule)];
  });
  return { policy, rules, screen: new RuleScreen(rules), context };
}

/**
 * The rules that hold now and have not been broken before (in this session; those on calls: by this event), in the order
 * of the policy. On a held call also those that this event has broken before, and every rule that kills: they are marked
 * `again` and need not be said once more, but what was denied stays denied. What is returned is noted in `memory`;
 * nothing else is changed. The mode of a rule makes no difference here.
 */
export function evaluate(
  { screen, context }: CompiledPolicy,
  occasion: Occasion,
  memory: RuleMemory,
): readonly Breach[] {
  const { facts, shown = facts, eventId, isCall, day } = occasion;
  let breaches: Breach[] | undefined;
  for (const compiled of screen.candidates(facts, isCall)) {
    const { rule, firing, warning } = compiled;
    const holds = compiled.holds(facts);
    if (holds !== true) {
      if (holds === false && rule.repeat === 'always') memory.delete(firing.ofSession(periodOf(firing, day)));
      continue;
    }
    const breach = noted(compiled, occasion, memory);
    if (!breach) continue;
    breaches ??= [];
    breaches.push({
      rule,
      eventId,
      condition: firing.condition,
      ...breach,
      ...(warning ? { warnsOf: warning.limit.threshold } : {}),
      ...(warning ? describeWarning(warning, shown, context) : describeBreach(rule, shown, context)),
    });
  }
  return breaches ?? NONE;
}

/** Most events break nothing. */
const NONE: readonly Breach[] = [];

/** How a rule that holds is broken now, and noted in the memory; undefined when nothing is to be done about it. */
function noted(
  { rule, firing, isOnCalls }: CompiledRule,
  { eventId, isCall, isHeld = false, day }: Occasion,
  memory: RuleMemory,
): Pick<Breach, 'scope' | 'period' | 'again'> | undefined {
  // Of a session that breaks a rule on its calls all along each call is answered; where none is held, it is said once.
  const isPerCall = firing.isPerCall || (isHeld && isAnswer(rule.action) && rule.repeat !== 'once');
  if (isOnCalls && isCall && memory.has(firing.ofEvent(eventId))) return isHeld ? { again: true } : undefined;
  if (isPerCall) {
    memory.add(firing.ofEvent(eventId));
    return {};
  }
  const period = periodOf(firing, day);
  const key = firing.ofSession(period);
  const inPeriod = period === '' ? {} : { period };
  if (memory.has(key)) {
    return isHeld && rule.action === 'kill' && rule.repeat !== 'once'
      ? { scope: 'session', ...inPeriod, again: true }
      : undefined;
  }
  memory.add(key);
  if (isOnCalls) memory.add(firing.ofEvent(eventId));
  return { scope: 'session', ...inPeriod };
}

function periodOf({ isPerDay }: Firing, day: string | undefined): string {
  return isPerDay && day !== undefined ? day : '';
}
