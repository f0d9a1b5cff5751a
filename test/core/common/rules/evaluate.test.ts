import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePolicy, evaluate, type RuleFacts } from '../../../../core/common/rules/evaluate.ts';
import { nearness, nextDeadline } from '../../../../core/common/rules/nearness.ts';
import { readRules } from '../../../../core/common/rules/read-rules.ts';
import { LIMIT_VARIABLES, type LimitVariable, type Policy, type Rule } from '../../../../core/common/rules/rule.ts';
import { RuleMemory } from '../../../../core/common/rules/rule-memory.ts';

const VARIABLES = Object.keys(LIMIT_VARIABLES) as LimitVariable[];
const PATHS = { nocase: false, home: '/home/u' };

function policy(...rules: (Partial<Rule> & Pick<Rule, 'condition'>)[]): Policy {
  return { source: undefined, rules: rules.map((rule, index) => ({ name: `rule ${index}`, action: 'kill', ...rule })) };
}

function limit(variable: LimitVariable, threshold: number): Pick<Rule, 'condition'> {
  return { condition: { kind: 'limit', variable, threshold } };
}

function messages(of: Policy, facts: Partial<RuleFacts>, memory = new RuleMemory()): string[] {
  return evaluate(compilePolicy(of, PATHS), { values: {}, eventId: 'e1', ...facts }, memory).map(
    ({ message }) => message,
  );
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
    const [breach] = evaluate(
      compilePolicy(rules, PATHS),
      { values: { tool_calls: 4 }, eventId: 'e9' },
      new RuleMemory(),
    );
    expect(breach).toEqual({
      rule: rules.rules[0],
      eventId: 'e9',
      value: 4,
      threshold: 3,
      message: 'tool_calls is 4, the rule allows 3',
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
  const rules = policy(
    { condition: { kind: 'glob', variable: 'file_path', globs: ['docs/**', '**/.env*'] } },
    { condition: { kind: 'glob', variable: 'command', globs: ['rm -rf *'] } },
  );

  test('fires for reads, writes and commands, each event once', () => {
    const memory = new RuleMemory();
    const at = (eventId: string, operation: RuleFacts['operation']) =>
      messages(rules, { eventId, workspace: '/w', ...(operation && { operation }) }, memory);
    expect(at('e1', { kind: 'write', path: '/w/a/.env' })).toEqual(['the write of "/w/a/.env" matches "**/.env*"']);
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
    const facts: RuleFacts = {
      values: {},
      eventId: 'e1',
      operation: { kind: 'write', path: 'docs/.env' },
      workspace: '/w',
    };
    const [breach] = evaluate(compilePolicy(rules, PATHS), facts, new RuleMemory());
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

test('evaluation never fails, whatever the policy that was read and the facts', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 60 });
  const rules = readRules(
    `[{"condition":"file_path","glob":["**/.env*","src/{a,b}/*[!x]*","~/x","../y"],"action":"kill"},
      {"condition":"command","glob":["rm *","*?*"],"action":"pause"},
      {"condition":"cost_usd > 0","action":"alert"}]`,
    'json',
  );
  const compiled = compilePolicy({ source: undefined, rules: 'value' in rules ? rules.value : [] }, PATHS);
  expect(compiled.policy.rules).toHaveLength(3);
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
        const facts = { values: { cost_usd: cost }, eventId, operation: each, workspace };
        expect(Array.isArray(evaluate(compiled, facts, new RuleMemory()))).toBe(true);
      },
    ),
    { numRuns: 2000 },
  );
});

describe('nearness', () => {
  test('is the share of each known limit, at most 1', () => {
    const rules = policy(limit('cost_usd', 5), limit('errors', 0), limit('tool_calls', 10), limit('files_read', 10), {
      condition: { kind: 'glob', variable: 'command', globs: ['x'] },
    });
    const seen = nearness(rules, { cost_usd: 2.5, errors: 0, tool_calls: 25 });
    expect(seen.map(({ rule, value, fraction, broken }) => [rule.name, value, fraction, broken])).toEqual([
      ['rule 0', 2.5, 0.5, false],
      ['rule 1', 0, 0, false],
      ['rule 2', 25, 1, true],
    ]);
    expect(nearness(rules, { errors: 1, tool_calls: 10 }).map(({ fraction, broken }) => [fraction, broken])).toEqual([
      [1, true],
      [1, false],
    ]);
  });
});

describe('the next deadline', () => {
  const start = 1_800_000_000;
  const rules = policy(limit('duration_minutes', 30), limit('duration_minutes', 5), limit('cost_usd', 1));

  test('is when the earliest duration limit is broken, not just reached', () => {
    const deadline = nextDeadline(rules, start, new RuleMemory());
    expect(deadline).toBeGreaterThan(start + 300);
    expect(deadline).toBeLessThan(start + 301);
    const minutes = ((deadline ?? 0) - start) / 60;
    expect(messages(rules, { values: { duration_minutes: minutes }, eventId: '' })).toHaveLength(1);
  });

  test('passes over limits that have fired, and ends with the last', () => {
    const memory = new RuleMemory();
    messages(rules, { values: { duration_minutes: 6 }, eventId: '' }, memory);
    expect(nextDeadline(rules, start, memory)).toBeGreaterThan(start + 1800);
    messages(rules, { values: { duration_minutes: 31 }, eventId: '' }, memory);
    expect(nextDeadline(rules, start, memory)).toBeUndefined();
    expect(nextDeadline(policy(limit('cost_usd', 1)), start, new RuleMemory())).toBeUndefined();
  });
});
