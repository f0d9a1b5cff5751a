import { expect, test } from 'vitest';
import type { Alert, Decision, Outcome } from '../../../../core/common/protocol/alert.ts';
import { firingOf } from '../../../../core/common/rules/firing.ts';
import type { Rule } from '../../../../core/common/rules/rule.ts';
import { memoryFromAlerts, RuleMemory } from '../../../../core/common/rules/rule-memory.ts';
import { glob, limit } from './conditions.ts';

const CAP: Rule = { name: 'cap', action: 'kill', ...limit('cost_usd', 5) };
const ENV: Rule = { name: 'env', action: 'pause', ...glob('file_path', '.env', '*.pem') };

function decision(of: Partial<Decision> = {}): Decision {
  return {
    type: 'decision',
    decision_id: 'd1',
    session_id: 's1',
    event_id: 'e1',
    rule: 'cap',
    action: 'kill',
    mode: 'enforce',
    at: 1,
    message: '',
    value: 6,
    threshold: 5,
    condition: 'cost_usd > 5',
    scope: 'session',
    ...of,
  };
}

/** Of `ENV`. */
function ofCall(of: Partial<Decision>): Decision {
  const { scope: _, ...rest } = decision({ rule: 'env', action: 'pause', ...of });
  return rest;
}

function hasFired(memory: RuleMemory, rule: Rule, eventId: string, period = ''): boolean {
  const firing = firingOf(rule);
  return memory.has(firing.isPerCall ? firing.ofEvent(eventId) : firing.ofSession(period));
}

function outcome(result: Outcome['result'], of: Partial<Outcome> = {}): Outcome {
  return {
    type: 'outcome',
    decision_id: 'd1',
    session_id: 's1',
    event_id: 'e1',
    rule: 'cap',
    action: 'kill',
    at: 2,
    result,
    reason: '',
    signalled: [],
    ...of,
  };
}

test.each<[string, Alert[], boolean]>([
  ['nothing', [], false],
  ['decided and done', [decision(), outcome('done')], true],
  ['decided, then the watcher died', [decision()], false],
  ['refused', [decision(), outcome('refused')], false],
  ['failed', [decision(), outcome('failed')], false],
  ['done in part', [decision(), outcome('partial')], false],
  [
    'refused, then done by a later watcher',
    [decision(), outcome('refused'), decision({ decision_id: 'd2' }), outcome('done', { decision_id: 'd2' })],
    true,
  ],
  ['only announced in a dry run', [decision({ mode: 'monitor' }), outcome('monitor')], false],
  ['done in another session', [decision({ session_id: 's2' }), outcome('done', { session_id: 's2' })], false],
  ['done with another threshold', [decision({ condition: 'cost_usd > 4' }), outcome('done')], false],
  ['done with another action', [decision({ action: 'pause' }), outcome('done')], false],
  ['left to a stricter rule', [decision(), outcome('superseded')], true],
  ['too late for the call', [decision(), outcome('late')], true],
  ['warned of', [decision({ action: 'alert', warns_of: 5 })], false],
])('a limit that was %s: remembered is %s', (_, alerts, remembered) => {
  expect(hasFired(memoryFromAlerts(alerts, 's1'), CAP, 'e7')).toBe(remembered);
});

test('a rule in monitor mode remembers what it announced', () => {
  const alerts = [decision({ mode: 'monitor' }), outcome('monitor')];
  expect(hasFired(memoryFromAlerts(alerts, 's1'), { ...CAP, mode: 'monitor' }, '')).toBe(true);
});

test('an alert needs no outcome', () => {
  const alerts = [decision({ action: 'alert' })];
  expect(hasFired(memoryFromAlerts(alerts, 's1'), { ...CAP, action: 'alert' }, '')).toBe(true);
});

test('a glob is remembered for its event, whichever of its globs matched', () => {
  const alerts = [ofCall({ value: 'a.pem', threshold: '*.pem' }), outcome('done')];
  const memory = memoryFromAlerts(alerts, 's1');
  expect(hasFired(memory, ENV, 'e1')).toBe(true);
  expect(hasFired(memory, ENV, 'e2')).toBe(false);
});

test('what came to nothing is forgotten: a limit fires again, others stay', () => {
  const alerts = [decision(), outcome('done'), decision({ decision_id: 'd2', condition: 'cost_usd > 7' })];
  const memory = memoryFromAlerts([...alerts, outcome('done', { decision_id: 'd2' })], 's1');
  memory.forgetDecision(decision());
  expect(hasFired(memory, CAP, 'e7')).toBe(false);
  const other: Rule = { ...CAP, ...limit('cost_usd', 7) };
  expect(hasFired(memory, other, 'e7')).toBe(true);
});

test('what evaluation has noted is forgotten by its decision', () => {
  const memory = new RuleMemory();
  memory.add(firingOf(CAP).ofSession(''));
  memory.add(firingOf(ENV).ofEvent('e1'));
  expect(memory.keys()).toHaveLength(2);
  memory.forgetDecision(decision());
  memory.forgetDecision(ofCall({ threshold: '.env' }));
  expect(memory.keys()).toEqual([]);
});

test('a limit on what a day may cost holds anew on another day, also for a watcher that starts anew', () => {
  const day: Rule = { name: 'day', action: 'kill', ...limit('cost_usd_today', 5) };
  const memory = new RuleMemory();
  memory.add(firingOf(day).ofSession('monday'));
  expect([hasFired(memory, day, 'e2', 'monday'), hasFired(memory, day, 'e3', 'tuesday')]).toEqual([true, false]);
  const told = [
    decision({ rule: 'day', period: 'monday', condition: 'cost_usd_today > 5' }),
    outcome('done', { rule: 'day' }),
  ];
  const again = memoryFromAlerts(told, 's1');
  expect([hasFired(again, day, 'e2', 'monday'), hasFired(again, day, 'e3', 'tuesday')]).toEqual([true, false]);
});
