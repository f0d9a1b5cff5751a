import { expect, test } from 'vitest';
import type { Decision, Outcome } from '../../../../core/common/protocol/alert.ts';
import { ruleRecord } from '../../../../core/common/view/rule-record.ts';
import { decision, outcome } from '../../../rig/alerts.ts';

const text = (...alerts: readonly (Decision | Outcome)[]) => ruleRecord(alerts, 'env', (at) => `at ${at}`).text;

test('a rule that was never broken says so, whatever others did', () => {
  expect(ruleRecord([decision({ rule: 'other' }), outcome({ rule: 'other' })], 'env', String)).toEqual({
    text: 'Not broken so far',
    last: undefined,
  });
});

test('the last time is told with what came of it, by its own outcome', () => {
  const why = 'the read of ".env" matches "**/.env"';
  expect(text(decision(), outcome())).toBe(`Broken once, last at 100, paused: ${why}`);
  expect(text(decision(), outcome({ result: 'refused' }))).toBe(`Broken once, last at 100, pause refused: ${why}`);
  expect(text(decision())).toBe(`Broken once, last at 100, pause without an outcome: ${why}`);
  expect(text(decision({ action: 'alert' }))).toBe(`Broken once, last at 100: ${why}`);
  expect(text(decision({ mode: 'monitor' }), outcome({ result: 'monitor' }))).toContain(', would pause: ');
  const later = decision({ decision_id: 'd2', at: 200, action: 'kill' });
  const both = [decision(), outcome({ result: 'failed' }), later, outcome({ decision_id: 'd2', action: 'kill' })];
  expect(text(...both)).toBe(`Broken 2 times, last at 200, killed: ${why}`);
});
