import { expect, test } from 'vitest';
import type { Decision, Outcome } from '../../../../core/common/protocol/alert.ts';
import { describeAlert } from '../../../../core/common/view/describe-alert.ts';

const decision: Decision = {
  type: 'decision',
  decision_id: 'd1',
  session_id: '0c7e91a2-1111',
  event_id: 'e1',
  rule: 'budget',
  action: 'kill',
  mode: 'enforce',
  at: 1_795_000_000,
  message: 'cost_usd is 5.01, the rule allows 5',
};

const outcome: Outcome = {
  type: 'outcome',
  decision_id: 'd1',
  session_id: '0c7e91a2-1111',
  event_id: 'e1',
  rule: 'budget',
  action: 'kill',
  at: 1_795_000_001,
  result: 'done',
  reason: '3 processes ended',
  signalled: [],
};

test('a decision says what is done, by which rule and why', () => {
  expect(describeAlert(decision)).toEqual({
    time: 1_795_000_000,
    session: '0c7e91a2',
    kind: 'decision',
    text: 'kill by rule budget: cost_usd is 5.01, the rule allows 5',
    tone: 'bad',
  });
  expect(describeAlert({ ...decision, action: 'alert' }).tone).toBe('warning');
});

test('in a dry run a decision says what would be done', () => {
  const line = describeAlert({ ...decision, mode: 'monitor' });
  expect([line.text, line.tone]).toEqual(['would kill by rule budget: cost_usd is 5.01, the rule allows 5', 'warning']);
});

test('an outcome says what came of it, by rule or by hand', () => {
  expect(describeAlert(outcome).text).toBe('kill done (rule budget): 3 processes ended');
  expect(describeAlert({ ...outcome, rule: '', action: 'resume' }).text).toBe('resume done: 3 processes ended');
  expect(describeAlert({ ...outcome, result: 'monitor', reason: '' }).text).toBe('kill not carried out (rule budget)');
});

test('how an outcome stands out depends on how it went', () => {
  const tones = (['done', 'partial', 'refused', 'failed', 'monitor'] as const).map(
    (result) => describeAlert({ ...outcome, result }).tone,
  );
  expect(tones).toEqual(['good', 'warning', 'bad', 'bad', 'quiet']);
});

test('names and messages of rules cannot bring control characters', () => {
  const evil = '\x1b]0;x\x07\n';
  const line = describeAlert({ ...decision, rule: evil, message: evil, session_id: evil });
  expect(line.text + line.session).not.toMatch(/\p{Cc}/u);
});
