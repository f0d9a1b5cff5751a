import { beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../core/common/protocol/alert.ts';
import { noticeText } from '../../../extension/notifications/notice-text.ts';
import { ruleNotice } from '../../../extension/notifications/rule-notice.ts';
import { RuleNotices } from '../../../extension/notifications/rule-notices.ts';
import { ToldDecisions } from '../../../extension/notifications/told-decisions.ts';
import { decision, outcome } from '../../rig/alerts.ts';

describe('a notice', () => {
  it.each<[string, Outcome, object]>([
    [
      'of a pause',
      outcome(),
      {
        severity: 'warning',
        text: 'Paused claude 0c7e by rule env: the read of ".env" matches "**/.env"',
        buttons: ['Resume', 'Kill', 'Show'],
      },
    ],
    [
      'of a denied call',
      outcome({ action: 'deny', call: 'denied' }),
      {
        severity: 'warning',
        text: 'Denied a call of claude 0c7e by rule env: the read of ".env" matches "**/.env"',
        buttons: ['Show', 'Edit Rule'],
      },
    ],
    ['of a kill', outcome({ action: 'kill' }), { severity: 'error', buttons: ['Show Postmortem', 'Show'] }],
    [
      'of an alert',
      outcome({ action: 'alert' }),
      {
        severity: 'warning',
        text: 'Rule env in claude 0c7e: the read of ".env" matches "**/.env"',
        buttons: ['Show'],
      },
    ],
    [
      'of a pause in part',
      outcome({ result: 'partial', reason: 'still running: sh (7)' }),
      { severity: 'error', text: expect.stringMatching(/^Paused .* Only in part: still running: sh \(7\)$/) },
    ],
    [
      'of what was refused',
      outcome({ action: 'kill', result: 'refused', reason: 'no process is known' }),
      {
        severity: 'error',
        text: expect.stringMatching(/^Rule env could not kill claude 0c7e: .*\. no process is known$/),
        buttons: ['Show'],
      },
    ],
    [
      'of a dry run',
      outcome({ result: 'monitor' }),
      { severity: 'info', text: expect.stringMatching(/^Dry run: rule env would pause claude 0c7e/) },
    ],
  ])('%s says what happened, to whom and why', (_, given, notice) => {
    expect(ruleNotice(given, decision(), 'claude 0c7e')).toMatchObject(notice);
  });

  it('does without the decision when nobody heard it', () => {
    expect(ruleNotice(outcome(), undefined, 'x').text).toBe('Paused x by rule env');
  });

  it('holds no link that comes from a trace, and no text that hides what follows', () => {
    expect(noticeText('[ok](command:evil)\u202e\n')).toBe('[ok] (command:evil)�');
  });
});

describe('what is told', () => {
  let shown: string[];
  let stored: Map<string, unknown>;
  let close: (() => void)[];

  beforeEach(() => {
    [shown, stored, close] = [[], new Map(), []];
  });

  const memory = {
    get: <T>(key: string) => stored.get(key) as T | undefined,
    update: async (key: string, value: unknown) => {
      // As the editor keeps it.
      stored.set(key, JSON.parse(JSON.stringify(value)));
    },
  };
  const notices = () =>
    new RuleNotices({
      told: new ToldDecisions(memory),
      since: 100,
      labelOf: (id) => id,
      show: ({ text }) =>
        new Promise((resolve) => {
          shown.push(text);
          close.push(resolve);
        }),
    });

  it('is a decision with what came of it, once, also after the window was reloaded', () => {
    const first = notices();
    first.accept('/store', decision());
    expect(shown).toEqual([]);
    first.accept('/store', outcome());
    first.accept('/store', outcome());
    notices().accept('/store', outcome());
    expect(shown).toEqual(['Paused one by rule env: the read of ".env" matches "**/.env"']);
  });

  it('is one decision in each of two stores', () => {
    const both = notices();
    both.accept('/a', outcome());
    both.accept('/b', outcome());
    expect(shown).toHaveLength(2);
  });

  it('is nothing from before the window, and nothing that the user did', () => {
    const late = notices();
    late.accept('/store', outcome({ at: 99 }));
    late.accept('/store', outcome({ decision_id: '', rule: '' }));
    expect(shown).toEqual([]);
  });

  it('is a denied call once while its notice stands, and nothing of an answer that the user gave', () => {
    const many = notices();
    const denied = (id: string) => outcome({ decision_id: id, action: 'deny', call: 'denied' });
    for (const id of ['a1', 'a2', 'a2']) many.accept('/store', denied(id));
    expect(shown).toHaveLength(1);
    many.accept('/store', outcome({ decision_id: 'b', rule: 'push', action: 'ask', call: 'allowed' }));
    expect(shown).toHaveLength(1);
    many.accept('/store', outcome({ decision_id: 'c', rule: 'other', action: 'ask', result: 'late' }));
    expect(shown).toHaveLength(2);
  });

  it('is each stop, and an alert once while it stands there', async () => {
    const many = notices();
    const alert = (id: string) => outcome({ decision_id: id, action: 'alert' });
    for (const id of ['a1', 'a2', 'a3']) many.accept('/store', alert(id));
    expect(shown).toHaveLength(1);
    close[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    many.accept('/store', alert('a4'));
    expect(shown).toHaveLength(2);
    for (const id of ['p1', 'p2']) many.accept('/store', outcome({ decision_id: id }));
    expect(shown).toHaveLength(4);
  });

  it('is remembered for the newest 500 only', () => {
    const told = new ToldDecisions(memory);
    for (let index = 0; index < 600; index += 1) told.tell(`d${index}`);
    const later = new ToldDecisions(memory);
    expect([later.tell('d0'), later.tell('d599')]).toEqual([true, false]);
    expect(stored.get('agentTrace.toldDecisions')).toHaveLength(500);
  });

  it('is told although what was remembered is none of ours', () => {
    stored.set('agentTrace.toldDecisions', { not: 'a list' });
    expect(new ToldDecisions(memory).tell('d1')).toBe(true);
  });
});
