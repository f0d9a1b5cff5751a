import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePolicy, evaluate } from '../../../../core/common/rules/evaluate.ts';
import { compileExpression } from '../../../../core/common/rules/language/compile-expression.ts';
import { linearPattern } from '../../../../core/common/rules/language/linear-pattern.ts';
import { readRules } from '../../../../core/common/rules/reading/read-rules.ts';
import type { Mode, Rule } from '../../../../core/common/rules/rule.ts';
import { FactSheet } from '../../../../core/common/rules/rule-facts.ts';
import { RuleMemory } from '../../../../core/common/rules/rule-memory.ts';
import { type RandomEvent, type RandomRule, randomEvent, randomRule } from '../../../../scripts/bench/random-rules.ts';
import { PATHS } from './conditions.ts';

const NOW = 1000;

/** The rule as the checker has it; undefined when it turns it down. */
function ruleOf(random: RandomRule, mode: Mode): Rule | undefined {
  const read = readRules(JSON.stringify([{ name: 'r', mode, ...random }]), 'json');
  return 'value' in read ? read.value[0] : undefined;
}

/** What comes of a rule over events, held calls among them. */
function decisions(rule: Rule, events: readonly RandomEvent[]) {
  const compiled = compilePolicy({ source: undefined, rules: [rule] }, PATHS, linearPattern);
  const memory = new RuleMemory();
  const sheet = new FactSheet();
  return events.map(({ state, call, eventId }, index) => {
    const facts = sheet.fill(state, NOW);
    if (call) facts.fillCall(call, compiled.context.texts);
    const occasion = { facts, eventId, isCall: call !== undefined, isHeld: index % 2 === 1 };
    return evaluate(compiled, occasion, memory).map(({ rule: { mode: _, ...broken }, ...rest }) => ({
      broken,
      ...rest,
    }));
  });
}

test('10,000 random rules x events: nothing throws, and monitor and enforce decide the same', {
  timeout: 300_000,
}, () => {
  let accepted = 0;
  let broken = 0;
  fc.assert(
    fc.property(randomRule, fc.array(randomEvent, { minLength: 1, maxLength: 3 }), (random, events) => {
      const enforced = ruleOf(random, 'enforce');
      const monitored = ruleOf(random, 'monitor');
      expect(monitored === undefined).toBe(enforced === undefined);
      if (!enforced || !monitored) return;
      accepted += 1;
      const decided = decisions(enforced, events);
      broken += decided.flat().length;
      expect(decisions(monitored, events)).toEqual(decided);
    }),
    { numRuns: 10_000 },
  );
  // Or the random rules and events would tell nothing.
  expect(accepted).toBeGreaterThan(9000);
  expect(broken).toBeGreaterThan(1000);
});

test('a rule that is not held against a call could not have held', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(randomRule, randomEvent, (random, { state, call, eventId }) => {
      const rule = ruleOf(random, 'enforce');
      fc.pre(rule !== undefined);
      const compiled = compilePolicy({ source: undefined, rules: [rule] }, PATHS, linearPattern);
      const facts = new FactSheet().fill(state, NOW);
      if (call) facts.fillCall(call, compiled.context.texts);
      const holds = compileExpression(rule.when, compiled.context)(facts) === true;
      const isMeant = call !== undefined || !compiled.rules[0]?.isOnCalls;
      const breaches = evaluate(compiled, { facts, eventId, isCall: call !== undefined }, new RuleMemory());
      expect(breaches.length).toBe(holds && isMeant ? 1 : 0);
    }),
    { numRuns: 3000 },
  );
});
