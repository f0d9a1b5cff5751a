import { expect, test } from 'vitest';
import type { Alert, Decision, Outcome } from '../../../../core/common/protocol/alert.ts';
import type { Rule } from '../../../../core/common/rules/rule.ts';
import { memoryFromAlerts, RuleMemory } from '../../../../core/common/rules/rule-memory.ts';

const CAP: Rule = { name: 'cap', action: 'kill', condition: { kind: 'limit', variable: 'cost_usd', threshold: 5 } };
const ENV: Rule = {
  name: 'env',
  action: 'pause',
  condition: { kind: 'glob', variable: 'file_path', globs: ['.env', '*.pem'] },
};

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
    ...of,
  };
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
  ['done with another threshold', [decision({ threshold: 4 }), outcome('done')], false],
  ['done with another action', [decision({ action: 'pause' }), outcome('done')], false],
])('a limit that was %s: remembered is %s', (_, alerts, remembered) => {
  expect(memoryFromAlerts(alerts, 's1', 'enforce').hasFired(CAP, 'e7')).toBe(remembered);
});

test('a dry run remembers what a dry run announced', () => {
  const alerts = [decision({ mode: 'monitor' }), outcome('monitor')];
  expect(memoryFromAlerts(alerts, 's1', 'monitor').hasFired(CAP, '')).toBe(true);
});

test('an alert needs no outcome', () => {
  const alerts = [decision({ action: 'alert' })];
  expect(memoryFromAlerts(alerts, 's1', 'enforce').hasFired({ ...CAP, action: 'alert' }, '')).toBe(true);
});

test('a glob is remembered for its event, whichever of its globs matched', () => {
  const alerts = [decision({ rule: 'env', action: 'pause', value: 'a.pem', threshold: '*.pem' }), outcome('done')];
  const memory = memoryFromAlerts(alerts, 's1', 'enforce');
  expect(memory.hasFired(ENV, 'e1')).toBe(true);
  expect(memory.hasFired(ENV, 'e2')).toBe(false);
});

test('what came to nothing is forgotten: a limit fires again, others stay', () => {
  const alerts = [decision(), outcome('done'), decision({ decision_id: 'd2', threshold: 7 })];
  const memory = memoryFromAlerts([...alerts, outcome('done', { decision_id: 'd2' })], 's1', 'enforce');
  memory.forgetDecision(decision());
  expect(memory.hasFired(CAP, 'e7')).toBe(false);
  const other: Rule = { ...CAP, condition: { kind: 'limit', variable: 'cost_usd', threshold: 7 } };
  expect(memory.hasFired(other, 'e7')).toBe(true);
});

test('what evaluation has noted is forgotten by its decision', () => {
  const memory = new RuleMemory();
  memory.add({ rule: CAP, eventId: 'e1', value: 6, threshold: 5, message: '' });
  memory.add({ rule: ENV, eventId: 'e1', value: '.env', threshold: '.env', message: '' });
  memory.forgetDecision(decision());
  memory.forgetDecision(decision({ rule: 'env', action: 'pause', threshold: '.env' }));
  expect(memory.keys()).toEqual([]);
});
