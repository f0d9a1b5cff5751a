import { describe, expect, it } from 'vitest';
import { nearness } from '../../../../core/common/rules/nearness.ts';
import type { Rule } from '../../../../core/common/rules/rule.ts';
import { sessionFacts } from '../../../../core/common/rules/rule-facts.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import type { SessionState } from '../../../../core/common/session/session-state.ts';
import { sessionControls } from '../../../../core/common/view/status-controls.ts';
import { escapeMarkdown, tooltipMarkdown } from '../../../../core/common/view/status-markdown.ts';
import { statusTooltip, type TooltipFacts } from '../../../../core/common/view/status-tooltip.ts';
import { EventMaker } from '../../../rig/events.ts';
import { limit, nearnessOf } from '../rules/conditions.ts';

const START = 1_795_000_001;
const rule = (name: string, threshold: number): Rule => ({
  name,
  ...limit('cost_usd', threshold),
  action: 'pause',
});
const RULES = [rule('far', 100), rule('near', 1)];

function state(): SessionState {
  const events = new EventMaker('0c7e91a2-1111');
  const prices = { price: (model: string) => (model === 'new' ? undefined : 700_000), contextWindow: () => 2000 };
  const fold = new SessionFold('0c7e91a2-1111', prices);
  const usage = { input: 100, output: 20, cache_read: 1000, cache_write_5m: 50, cache_write_1h: 50 };
  for (const event of [
    events.event('session_start', { agent: 'claude-code' }),
    events.event('llm_response', { model: 'claude-sonnet-4-6', usage }),
    events.event('llm_response', { model: 'new', usage }),
    events.call('c1', 'Edit', { file_path: 'a.ts' }),
    events.result('c1'),
    events.call('c2', 'Read', { file_path: 'b.ts' }),
    events.result('c2'),
  ]) {
    fold.apply(event);
  }
  return fold.state;
}

function facts(more: Partial<TooltipFacts> = {}): TooltipFacts {
  const of = state();
  const now = START + 600;
  const limits = nearness({ rules: RULES, source: undefined }, sessionFacts(of, now));
  const guard = { mode: 'observed', reason: 'No watcher runs' } as const;
  return { state: of, kind: 'active', stop: undefined, asked: [], nearness: limits, rules: 2, guard, now, ...more };
}

const ASKED = { id: 'd', rule: 'push', call: 'Bash git push', reason: 'it pushes', since: 1, until: 2, pending: null };

const rowsOf = (more: Partial<TooltipFacts>) =>
  Object.fromEntries(statusTooltip(facts(more)).rows.map(({ name, value }) => [name, value]));

describe('the tooltip', () => {
  it('tells model, tokens, duration, files, spend per hour, the nearest limit and what is not priced', () => {
    expect(statusTooltip(facts())).toEqual({
      title: 'claude-code 0c7e91a2',
      rows: [
        { name: 'State', value: 'Running' },
        { name: 'Model', value: 'claude-sonnet-4-6' },
        { name: 'Tokens', value: '200 in, 40 out' },
        { name: 'Cache', value: '2.0k read, 200 written' },
        { name: 'Context', value: '60% in use' },
        { name: 'Duration', value: '10m 00s' },
        { name: 'Files', value: '1 read, 1 modified' },
        { name: 'Spend', value: '≥$4.20 per hour' },
        { name: 'No price for', value: 'new' },
        { name: 'Nearest limit', value: 'near: $0.70 of $1.00 (70%, then pause)' },
        { name: 'Rules', value: '2 rules' },
        { name: 'Observed', value: 'No watcher runs' },
      ],
    });
  });

  it('does not say that a rule in monitor mode will be carried out', () => {
    const nearest = (value: number, broken: boolean, more: Partial<Rule>) => {
      const rule: Rule = { name: 'budget', ...limit('cost_usd', 1), action: 'kill', ...more };
      return rowsOf({ nearness: [nearnessOf(rule, value, value, broken)] })['Nearest limit'];
    };
    expect(nearest(0.7, false, {})).toBe('budget: $0.70 of $1.00 (70%, then kill)');
    expect(nearest(0.7, false, { mode: 'monitor' })).toBe('budget: $0.70 of $1.00 (70%, then it would kill)');
    expect(nearest(1.2, true, { mode: 'monitor' })).toBe('budget: $1.20 of $1.00 (broken, would kill)');
    expect(nearest(0.7, false, { mode: 'monitor', action: 'alert' })).toContain('then alert');
  });

  it('says why the figure has a sign before it', () => {
    const costing = (kind: 'known' | 'estimated' | 'unpriced', microUsd: number | null) =>
      rowsOf({ state: { ...state(), cost: { kind, microUsd, unpricedModels: [] } } });
    expect(costing('estimated', 700_000)).toMatchObject({
      Cost: 'Estimated from texts: no usage was reported',
      Spend: '~$4.20 per hour',
    });
    expect(costing('unpriced', null)).toMatchObject({ Cost: 'Unknown: no usage was reported' });
    expect(costing('known', 700_000)).not.toHaveProperty('Cost');
  });

  it.each<[string, Partial<TooltipFacts>, Record<string, string | undefined>]>([
    [
      'a pause by rule',
      {
        kind: 'paused',
        stop: { action: 'pause', rule: 'env', message: 'read .env', reason: '3 processes stopped', at: 1 },
      },
      { State: 'Paused by rule env: read .env (3 processes stopped)' },
    ],
    ['life after the end', { state: { ...state(), reactivatedAt: START } }, { State: 'Running again, after its end' }],
    ['a pause from outside', { kind: 'paused' }, { State: 'Paused' }],
    [
      'a kill by hand',
      { kind: 'killed', stop: { action: 'kill', rule: '', message: '', reason: '', at: 1 } },
      { State: 'Killed on request' },
    ],
    [
      'a call that waits for an answer',
      { kind: 'waiting', asked: [ASKED] },
      { State: 'Needs you: Bash git push (rule push)' },
    ],
    [
      'how many calls wait',
      { kind: 'waiting', asked: [{ ...ASKED, call: '' }, ASKED, ASKED] },
      { State: 'Needs you: it pushes (rule push), and 2 more calls' },
    ],
    ['that calls are guarded', { guard: { mode: 'guarded', reason: 'because' } }, { Guarded: 'because' }],
    ['nothing of a guard of what is over', { kind: 'completed' }, { Observed: undefined }],
    ['that there is one rule', { rules: 1 }, { Rules: '1 rule' }],
    ['rules not read yet', { nearness: undefined }, { Rules: undefined }],
    ['the first minute, in which a rate means nothing', { now: START + 30 }, { Spend: undefined, Duration: '30 s' }],
  ])('tells %s', (_, more, rows) => {
    const found = rowsOf(more);
    for (const [name, value] of Object.entries(rows)) expect(found[name]).toBe(value);
  });
});

describe('the markdown of a tooltip', () => {
  it('has one table, links to commands, and no markup that comes from a trace', () => {
    const hostile = '[x](command:evil) | <b> $(flame) `**` https://example.invalid @a _b_';
    const tooltip = { title: hostile, rows: [{ name: 'Model', value: hostile }] };
    const text = tooltipMarkdown('pulse', tooltip, [{ title: 'Kill', command: 'agentTrace.kill' }]);
    expect(text.match(/\|/g)).toHaveLength(9);
    expect(text.match(/\$\(/g)).toHaveLength(1);
    expect(text.match(/\]\(/g)).toHaveLength(1);
    expect(text).toContain('[Kill](command:agentTrace.kill)');
    expect(text).not.toMatch(/<b>|https:|command:evil|`/);
  });

  it('gives a command its session, whose name cannot leave the link', () => {
    const link = { title: 'Kill', command: 'agentTrace.kill', argument: 'a) [x](b "' };
    const text = tooltipMarkdown('pulse', { title: '', rows: [] }, [link]);
    const found = /\]\(command:agentTrace\.kill\?([^()\s]*)\)/.exec(text)?.[1] ?? '';
    expect(JSON.parse(decodeURIComponent(found))).toEqual(['a) [x](b "']);
  });

  it('shows letters of all scripts as they are', () => {
    expect(escapeMarkdown('Ärger 世界 a-b')).toBe('Ärger 世界 a&#45;b');
  });
});

describe('what can be done with a session', () => {
  const open = { phase: 'active', hasProcess: true, trusted: true, pending: null } as const;
  it.each([
    ['active', open, 'pause kill', ''],
    ['waiting', { ...open, phase: 'waiting' }, 'pause kill', ''],
    ['paused', { ...open, phase: 'paused' }, 'resume kill', ''],
    ['being paused', { ...open, pending: 'pause' }, 'kill', ''],
    ['being killed', { ...open, pending: 'kill' }, '', ''],
    ['completed', { ...open, phase: 'completed' }, '', 'The session has ended.'],
    ['interrupted', { ...open, phase: 'interrupted' }, '', 'The process of the agent is gone.'],
    ['quiet', { ...open, phase: 'interrupted', hasProcess: false }, '', 'Nothing was heard for long.'],
    ['of no known process', { ...open, hasProcess: false }, '', 'No process is known for this session.'],
    ['not trusted', { ...open, trusted: false }, '', 'The workspace is not trusted: nothing is signalled.'],
  ] as const)('when it is %s', (_, facts, possible, reason) => {
    const controls = sessionControls(facts);
    const found = (['pause', 'resume', 'kill'] as const).filter((action) => controls[action]).join(' ');
    expect({ found, reason: controls.reason, pending: controls.pending }).toEqual({
      found: possible,
      reason,
      pending: facts.pending,
    });
  });
});
