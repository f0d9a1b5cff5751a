import { describe, expect, it } from 'vitest';
import { nearness } from '../../../../core/common/rules/nearness.ts';
import type { Rule } from '../../../../core/common/rules/rule.ts';
import { sessionValues } from '../../../../core/common/rules/session-values.ts';
import { SessionFold } from '../../../../core/common/session/session-fold.ts';
import type { SessionState } from '../../../../core/common/session/session-state.ts';
import { sessionControls } from '../../../../core/common/view/status-controls.ts';
import { escapeMarkdown, tooltipMarkdown } from '../../../../core/common/view/status-markdown.ts';
import { statusTooltip, type TooltipFacts } from '../../../../core/common/view/status-tooltip.ts';
import { EventMaker } from '../../../rig/events.ts';

const START = 1_795_000_001;
const rule = (name: string, threshold: number): Rule => ({
  name,
  condition: { kind: 'limit', variable: 'cost_usd', threshold },
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
  const limits = nearness({ rules: RULES, source: undefined }, sessionValues(of, now));
  return { state: of, kind: 'active', stop: undefined, nearness: limits, rules: 2, watcher: 'running', now, ...more };
}

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
        { name: 'Spend', value: '$4.20 per hour' },
        { name: 'No price for', value: 'new' },
        { name: 'Nearest limit', value: 'near: $0.70 of $1.00 (70%, then pause)' },
        { name: 'Rules', value: '2 rules, observed: a call that breaks one has begun already' },
      ],
    });
  });

  it.each<[string, Partial<TooltipFacts>, Record<string, string | undefined>]>([
    [
      'a pause by rule',
      { kind: 'paused', stop: { action: 'pause', rule: 'env', message: 'read .env', at: 1 } },
      { State: 'Paused by rule env: read .env' },
    ],
    ['a pause from outside', { kind: 'paused' }, { State: 'Paused' }],
    [
      'a kill by hand',
      { kind: 'killed', stop: { action: 'kill', rule: '', message: '', at: 1 } },
      { State: 'Killed on request' },
    ],
    ['no watcher', { watcher: 'none' }, { Rules: '2 rules, but no watcher runs: nothing is stopped' }],
    ['no rules', { nearness: [], rules: 0 }, { Rules: 'None: nothing is stopped', 'Nearest limit': undefined }],
    ['bad rules', { watcher: 'bad-rules' }, { Rules: 'Not guarded: the rule file has a mistake' }],
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
