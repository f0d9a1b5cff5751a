import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CompiledPolicy, compilePolicy, evaluate } from '../../../../core/common/rules/evaluate.ts';
import type { Expression } from '../../../../core/common/rules/language/expression.ts';
import { linearPattern } from '../../../../core/common/rules/language/linear-pattern.ts';
import { VARIABLE_INDEX } from '../../../../core/common/rules/language/variables.ts';
import { nearness, nextDeadline } from '../../../../core/common/rules/nearness.ts';
import { LIMIT_VARIABLES, type LimitVariable } from '../../../../core/common/rules/reading/condition.ts';
import { readRules } from '../../../../core/common/rules/reading/read-rules.ts';
import type { Policy, Rule } from '../../../../core/common/rules/rule.ts';
import { RuleMemory } from '../../../../core/common/rules/rule-memory.ts';
import type { Operation } from '../../../../core/common/session/tool-call.ts';
import { factsOf, factsOfCall, glob, limit, PATHS, type Values } from './conditions.ts';

const VARIABLES = Object.keys(LIMIT_VARIABLES) as LimitVariable[];

function policy(...rules: (Partial<Rule> & Pick<Rule, 'when'>)[]): Policy {
  return { source: undefined, rules: rules.map((rule, index) => ({ name: `rule ${index}`, action: 'kill', ...rule })) };
}

function compiled(of: Policy): CompiledPolicy {
  return compilePolicy(of, PATHS, linearPattern);
}

interface Given {
  readonly isHeld?: boolean;
  readonly values?: Values;
  readonly operation?: Operation | undefined;
  readonly workspace?: string | undefined;
  readonly eventId?: string;
}

function breachesOf(
  of: Policy,
  { values, operation, workspace, eventId = 'e1', isHeld = false }: Given,
  memory = new RuleMemory(),
) {
  const facts = operation ? factsOfCall(operation, workspace) : factsOf(values ?? {});
  const occasion = { facts, eventId, isCall: operation !== undefined, isHeld };
  return evaluate(compiled(of), occasion, memory);
}

function messages(of: Policy, given: Given, memory?: RuleMemory): string[] {
  return breachesOf(of, given, memory).map(({ message }) => message);
}

describe('a limit', () => {
  test.each(VARIABLES)('%s is broken by a value greater than it, not by one equal to it', (variable) => {
    const rules = policy(limit(variable, 5));
    expect(messages(rules, { values: { [variable]: 4.999999 } })).toEqual([]);
    expect(messages(rules, { values: { [variable]: 5 } })).toEqual([]);
    expect(messages(rules, { values: { [variable]: 5.000001 } })).toHaveLength(1);
  });

  test.each<[LimitVariable, number, number, string]>([
    ['cost_usd', 5.12, 5, 'cost_usd is $5.12, the rule allows $5.00'],
    ['cost_usd', 5.000001, 5, 'cost_usd is $5.000001, the rule allows $5.00'],
    ['cost_usd', 0.1 + 0.2, 0.25, 'cost_usd is $0.30, the rule allows $0.25'],
    ['files_modified', 11, 10, 'files_modified is 11, the rule allows 10'],
    ['context_pct', 83.25, 80, 'context_pct is 83.25%, the rule allows 80%'],
    ['duration_minutes', 30.5, 30, 'duration_minutes is 30.5 min, the rule allows 30 min'],
    ['errors', 1, 0, 'errors is 1, the rule allows 0'],
  ])('%s at %d over %d says so in one sentence', (variable, value, threshold, message) => {
    expect(messages(policy(limit(variable, threshold)), { values: { [variable]: value } })).toEqual([message]);
  });

  test('gives the numbers that a decision needs', () => {
    const rules = policy(limit('tool_calls', 3));
    const [breach] = breachesOf(rules, { values: { tool_calls: 4 }, eventId: 'e9' });
    expect(breach).toEqual({
      rule: rules.rules[0],
      eventId: 'e9',
      value: 4,
      threshold: 3,
      message: 'tool_calls is 4, the rule allows 3',
      condition: 'tool_calls > 3',
      scope: 'session',
    });
  });

  test('on an unknown value cannot fire', () => {
    const rules = policy(...VARIABLES.map((variable) => limit(variable, 0)));
    expect(messages(rules, { values: {} })).toEqual([]);
    expect(messages(rules, { values: { cost_usd: undefined, errors: Number.NaN } })).toEqual([]);
  });

  test('fires once in a session, and again when its threshold or action is changed', () => {
    const memory = new RuleMemory();
    const values = { cost_usd: 30 };
    expect(messages(policy(limit('cost_usd', 5)), { values, eventId: 'e1' }, memory)).toHaveLength(1);
    expect(messages(policy(limit('cost_usd', 5)), { values, eventId: 'e2' }, memory)).toHaveLength(0);
    expect(messages(policy(limit('cost_usd', 20)), { values, eventId: 'e3' }, memory)).toHaveLength(1);
    expect(
      messages(policy({ ...limit('cost_usd', 20), action: 'pause' }), { values, eventId: 'e4' }, memory),
    ).toHaveLength(1);
  });

  test('does not fire again for a memory that was written down and read back', () => {
    const memory = new RuleMemory();
    const values = { cost_usd: 30 };
    messages(policy(limit('cost_usd', 5)), { values }, memory);
    const restored = new RuleMemory(JSON.parse(JSON.stringify(memory.keys())));
    expect(messages(policy(limit('cost_usd', 5)), { values, eventId: 'e2' }, restored)).toEqual([]);
  });
});

describe('a glob', () => {
  const rules = policy(glob('file_path', 'docs/**', '**/.env*'), glob('command', 'rm -rf *'));

  test('fires for reads, writes and commands, each event once', () => {
    const memory = new RuleMemory();
    const at = (eventId: string, operation: Operation | undefined) =>
      messages(rules, { eventId, workspace: '/w', operation }, memory);
    expect(at('e1', { kind: 'write', path: '/w/a/.env' })).toEqual(['the write of "a/.env" matches "**/.env*"']);
    expect(at('e1', { kind: 'write', path: '/w/a/.env' })).toEqual([]);
    expect(at('e2', { kind: 'read', path: 'docs/a' })).toEqual(['the read of "docs/a" matches "docs/**"']);
    expect(at('e3', { kind: 'command', command: 'cd x &&\nrm -rf /\u001b[2J' })).toEqual([
      'the command "cd x && rm -rf /?[2J" matches "rm -rf *"',
    ]);
    expect(at('e4', { kind: 'command', command: 'cat .env' })).toEqual([]);
    expect(at('e5', { kind: 'other' })).toEqual([]);
    expect(at('e6', { kind: 'subagent', description: 'rm -rf *' })).toEqual([]);
    expect(at('e7', undefined)).toEqual([]);
  });

  test('names the first of its globs that matched as the threshold', () => {
    const [breach] = breachesOf(rules, { operation: { kind: 'write', path: 'docs/.env' }, workspace: '/w' });
    expect(breach).toMatchObject({ value: 'docs/.env', threshold: 'docs/**' });
  });
});

test('all broken rules are given, in the order of the policy', () => {
  const rules = policy(limit('errors', 1), limit('tool_calls', 100), limit('cost_usd', 1));
  expect(messages(rules, { values: { cost_usd: 2, errors: 2, tool_calls: 2 } })).toEqual([
    'errors is 2, the rule allows 1',
    'cost_usd is $2.00, the rule allows $1.00',
  ]);
});

describe('a rule that answers calls', () => {
  const rules = policy({ ...limit('cost_usd', 5), action: 'deny' }, { ...glob('command', 'rm *'), action: 'ask' });
  const facts = (cost: number, command: string) => {
    const { values } = factsOfCall({ kind: 'command', command });
    const known = values.map((value, index) => (index === VARIABLE_INDEX.cost_usd ? cost : value));
    return { ...factsOf({}), values: known };
  };
  const judge = (memory: RuleMemory, eventId: string, isHeld: boolean, of = facts(6, 'rm x'), isCall = true) =>
    evaluate(compiled(rules), { facts: of, eventId, isCall, isHeld }, memory).map(({ rule, scope, again }) => [
      rule.action,
      scope,
      ...(again ? ['again'] : []),
    ]);

  test('answers each held call, and the same call again in the same way', () => {
    const memory = new RuleMemory();
    expect(judge(memory, '', true, facts(6, 'rm x'), false)).toEqual([]);
    const both = [
      ['deny', undefined],
      ['ask', undefined],
    ];
    expect(judge(memory, 'e1', true)).toEqual(both);
    expect(judge(memory, 'e1', true)).toEqual(both.map((each) => [...each, 'again']));
    expect(judge(memory, 'e1', false)).toEqual([]);
    expect(judge(memory, 'e2', true)).toEqual(both);
    expect(judge(memory, 'e3', true, facts(5, 'ls'))).toEqual([]);
  });

  test('is said of each call that matches where none is held, and of the session once', () => {
    const memory = new RuleMemory();
    expect(judge(memory, 'e1', false)).toEqual([
      ['deny', 'session'],
      ['ask', undefined],
    ]);
    expect(judge(memory, 'e2', false)).toEqual([['ask', undefined]]);
  });
});

test('a rule that kills is given for every call that is held while it holds, so that none slips through', () => {
  const memory = new RuleMemory();
  const of = compiled(policy(limit('cost_usd', 5), { ...limit('errors', 5), action: 'pause' }));
  const at = (eventId: string, isHeld: boolean) =>
    evaluate(of, { facts: factsOf({ cost_usd: 6, errors: 6 }), eventId, isCall: true, isHeld }, memory).map(
      ({ rule, again }) => [rule.action, again],
    );
  expect(at('e1', false)).toEqual([
    ['kill', undefined],
    ['pause', undefined],
  ]);
  expect(at('e2', false)).toEqual([]);
  expect(at('e3', true)).toEqual([['kill', true]]);
});

describe('repetition', () => {
  test('once: only the first call of a session', () => {
    const memory = new RuleMemory();
    const rules = policy({ ...glob('command', 'rm *'), repeat: 'once' });
    const at = (eventId: string) =>
      messages(rules, { eventId, operation: { kind: 'command', command: 'rm x' } }, memory);
    expect([at('e1'), at('e1'), at('e2')].map((each) => each.length)).toEqual([1, 0, 0]);
  });

  test('always: a condition on the session each time that it comes to hold anew', () => {
    const memory = new RuleMemory();
    const rules = policy({ ...limit('consecutive_errors', 2), repeat: 'always' });
    const counts = [1, 3, 4, 0, undefined, 3, undefined, 4].map(
      (consecutive_errors, index) =>
        messages(rules, { values: { consecutive_errors }, eventId: `e${index}` }, memory).length,
    );
    expect(counts).toEqual([0, 1, 0, 0, 0, 1, 0, 0]);
  });
});

describe('a warning', () => {
  const rules = policy({ ...limit('cost_usd', 5), warnAt: 0.8, repeat: 'always' });

  test('is an alert of its own, once, between the share of the limit and the limit', () => {
    const memory = new RuleMemory();
    const at = (cost_usd: number) => breachesOf(rules, { values: { cost_usd }, eventId: `at ${cost_usd}` }, memory);
    expect(at(4)).toEqual([]);
    expect(at(4.25)).toMatchObject([
      {
        rule: { name: 'rule 0', action: 'alert' },
        warnsOf: 5,
        value: 4.25,
        threshold: 4,
        scope: 'session',
        message: 'cost_usd is $4.25, 85% of the $5.00 at which the rule says kill',
      },
    ]);
    expect(at(4.5)).toEqual([]);
    expect(at(3)).toEqual([]);
    expect(at(4.75)).toEqual([]);
    expect(at(5.5)).toMatchObject([{ rule: { action: 'kill' }, threshold: 5 }]);
  });

  test('is not given beside the breach itself', () => {
    expect(breachesOf(rules, { values: { cost_usd: 9 } })).toMatchObject([{ rule: { action: 'kill' } }]);
  });

  test('of a limit that is one part of a condition is given where the other parts hold', () => {
    const when: Expression = { op: 'and', args: [limit('cost_usd', 5).when, limit('errors', 2).when] };
    // `errors > 2` is a limit too: nobody knows which of the two is meant.
    expect(breachesOf(policy({ when, warnAt: 0.8 }), { values: { cost_usd: 4.5, errors: 3 } })).toEqual([]);
    const isMain: Expression = { op: 'not', args: [{ op: 'variable', name: 'is_subagent' }] };
    const joined = policy({ when: { op: 'and', args: [isMain, limit('cost_usd', 5).when] }, warnAt: 0.8 });
    const at = (cost_usd: number, is_subagent: boolean) => breachesOf(joined, { values: { cost_usd, is_subagent } });
    expect(at(4.5, false)).toMatchObject([{ rule: { action: 'alert' }, warnsOf: 5, value: 4.5 }]);
    expect(at(4.5, true)).toEqual([]);
    expect(at(5.5, false)).toMatchObject([{ rule: { action: 'kill' } }]);
    expect(at(5.5, true)).toEqual([]);
  });

  test('of a limit in minutes is given by time alone', () => {
    const minutes = compiled(policy({ ...limit('duration_minutes', 10), warnAt: 0.5 }));
    const origins = { startedAt: 1_800_000_000, lastEventAt: 1_800_000_000, now: 1_800_000_001 };
    expect(nextDeadline(minutes, origins, new RuleMemory())).toBeCloseTo(1_800_000_300.001, 3);
  });
});

test('evaluation never fails, whatever the policy that was read and the facts', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 60 });
  const rules = readRules(
    `[{"condition":"file_path","glob":["**/.env*","src/{a,b}/*[!x]*","~/x","../y"],"action":"kill"},
      {"condition":"command","glob":["rm *","*?*"],"action":"pause"},
      {"condition":"cost_usd > 0","action":"alert"}]`,
    'json',
  );
  const read = { source: undefined, rules: 'value' in rules ? rules.value : [] };
  expect(read.rules).toHaveLength(3);
  const operation = fc.oneof(
    fc.record({ kind: fc.constantFrom('read' as const, 'write' as const), path: anything }),
    fc.record({ kind: fc.constant('command' as const), command: anything }),
  );
  fc.assert(
    fc.property(
      operation,
      fc.option(anything, { nil: undefined }),
      fc.double(),
      anything,
      (each, workspace, cost, eventId) => {
        expect(Array.isArray(breachesOf(read, { operation: each, workspace, eventId }))).toBe(true);
        expect(Array.isArray(breachesOf(read, { values: { cost_usd: cost }, eventId }))).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

describe('nearness', () => {
  test('is the share of each known limit, at most 1', () => {
    const rules = policy(
      limit('cost_usd', 5),
      limit('errors', 0),
      limit('tool_calls', 10),
      limit('files_read', 10),
      glob('command', 'x'),
    );
    const seen = nearness(rules, factsOf({ cost_usd: 2.5, errors: 0, tool_calls: 25 }));
    expect(seen.map(({ rule, value, fraction, broken }) => [rule.name, value, fraction, broken])).toEqual([
      ['rule 0', 2.5, 0.5, false],
      ['rule 1', 0, 0, false],
      ['rule 2', 25, 1, true],
    ]);
    expect(
      nearness(rules, factsOf({ errors: 1, tool_calls: 10 })).map(({ fraction, broken }) => [fraction, broken]),
    ).toEqual([
      [1, true],
      [1, false],
    ]);
  });
});

describe('the next deadline', () => {
  const start = 1_800_000_000;
  const origins = { startedAt: start, lastEventAt: start + 60, now: start };
  const rules = policy(limit('duration_minutes', 30), limit('duration_minutes', 5), limit('cost_usd', 1));

  test('is when the earliest duration limit is broken, not just reached', () => {
    const deadline = nextDeadline(compiled(rules), origins, new RuleMemory());
    expect(deadline).toBeGreaterThan(start + 300);
    expect(deadline).toBeLessThan(start + 301);
    const minutes = ((deadline ?? 0) - start) / 60;
    expect(messages(rules, { values: { duration_minutes: minutes }, eventId: '' })).toHaveLength(1);
  });

  test('passes over limits that have fired, and ends with the last', () => {
    const memory = new RuleMemory();
    messages(rules, { values: { duration_minutes: 6 }, eventId: '' }, memory);
    expect(nextDeadline(compiled(rules), origins, memory)).toBeGreaterThan(start + 1800);
    messages(rules, { values: { duration_minutes: 31 }, eventId: '' }, memory);
    expect(nextDeadline(compiled(rules), origins, memory)).toBeUndefined();
    expect(nextDeadline(compiled(policy(limit('cost_usd', 1))), origins, new RuleMemory())).toBeUndefined();
  });

  test('is when a session has been idle for so long, and not one that has gone by', () => {
    const idle = policy(limit('idle_minutes', 10), limit('duration_minutes', 1));
    expect(nextDeadline(compiled(idle), { ...origins, now: start + 100 }, new RuleMemory())).toBeCloseTo(
      start + 660.001,
      3,
    );
  });
});
