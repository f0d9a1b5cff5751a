import { describe, expect, it } from 'vitest';
import type { Rule } from '../../../../core/common/rules/rule.ts';
import { type GuardFacts, guardState, guardText } from '../../../../core/common/view/guard-state.ts';
import { limit } from '../rules/conditions.ts';

const rule = (action: Rule['action'], more: Partial<Rule> = {}): Rule => ({
  name: action,
  ...limit('cost_usd', 5),
  action,
  ...more,
});
const GUARDED: GuardFacts = { rules: [rule('alert'), rule('kill')], watcher: 'running', asks: true };

describe('a session', () => {
  it('is guarded when its agent asks a watcher whose rules stop something', () => {
    expect(guardState(GUARDED)).toEqual({ mode: 'guarded', reason: expect.stringContaining('does not run') });
  });

  it.each<[string, Partial<GuardFacts>, RegExp]>([
    ['does not ask', { asks: false }, /does not ask before its calls/],
    ['has no watcher', { watcher: 'none' }, /^No watcher runs: hooks hold/],
    ['has no watcher and does not ask', { watcher: 'none', asks: false }, /^No watcher runs: nothing/],
    ['is not followed by the watcher', { watcher: 'elsewhere' }, /follows other sessions only/],
    ['has a watcher that does not answer', { watcher: 'silent' }, /does not answer/],
    ['has a broken rule file', { watcher: 'bad-rules' }, /mistake/],
    ['has no rules', { rules: [] }, /no rules/],
    ['has rules that only tell', { rules: [rule('alert')] }, /only tell/],
    ['has rules in monitor mode', { rules: [rule('deny', { mode: 'monitor' })] }, /only tell/],
    ['has rules that nobody has read', { rules: undefined }, /not read yet/],
  ])('is observed when it %s, and says so', (_, more, reason) => {
    expect(guardState({ ...GUARDED, ...more })).toEqual({ mode: 'observed', reason: expect.stringMatching(reason) });
  });
});

describe('a rule file', () => {
  it.each([
    [2, 'running', '2 rules in force'],
    [1, 'none', '1 rule, but no watcher runs: hooks hold only rules about a call alone'],
    [0, 'running', 'None: nothing is stopped'],
    [2, 'bad-rules', 'Not guarded: the rule file has a mistake'],
  ] as const)('of %i rules with the watcher %s says: %s', (rules, watcher, text) => {
    expect(guardText(rules, watcher)).toBe(text);
  });
});
