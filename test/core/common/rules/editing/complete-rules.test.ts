import { describe, expect, test } from 'vitest';
import { completeRules } from '../../../../../core/common/rules/editing/complete-rules.ts';
import type { RuleCompletion } from '../../../../../core/common/rules/editing/rule-completion.ts';
import { GLOB_VARIABLES, LIMIT_VARIABLES } from '../../../../../core/common/rules/reading/condition.ts';
import { type RuleFormat, readRules } from '../../../../../core/common/rules/reading/read-rules.ts';
import { ACTIONS, MODES, REPEATS } from '../../../../../core/common/rules/rule.ts';

/** `|` in the text is the cursor. */
function offers(marked: string, format: RuleFormat): readonly RuleCompletion[] {
  const [before = '', after = ''] = marked.split('|');
  const lines = (before + after).split('\n');
  const line = before.split('\n').length - 1;
  return completeRules({ lines, line, column: before.split('\n').at(-1)?.length ?? 0 }, format);
}

const labels = (marked: string, format: RuleFormat) => offers(marked, format).map(({ label }) => label);

/** The text after an offer was taken, its placeholders left as they are. */
function taken(marked: string, format: RuleFormat, label: string): string {
  const offer = offers(marked, format).find((each) => each.label === label);
  if (!offer) throw new Error(`${label} is not offered`);
  const line = marked.split('\n').find((each) => each.includes('|')) ?? '';
  const text = line.replace('|', '');
  const inserted = offer.snippet
    .replace(/\$\{\d+:((?:\\.|[^}])*)\}/g, '$1')
    .replace(/\$\{\d+\|(\w+),[^}]*\}/g, '$1')
    .replace(/(?<!\\)\$\d/g, '')
    .replace(/\\([\\$}])/g, '$1');
  return marked.replace(line, text.slice(0, offer.from) + inserted + text.slice(offer.to));
}

const FILE = ['mode', 'fail', 'answer_within_ms', 'ask_within_seconds'];

const VARIABLES = [...Object.keys(LIMIT_VARIABLES), ...Object.keys(GLOB_VARIABLES)];

describe('in a condition', () => {
  test.each<[string, RuleFormat]>([
    ['{ "condition": "|" }', 'json'],
    ['{ "name": "condition", "condition": "  cos|', 'json'],
    ['  - condition: |', 'yaml'],
    ['condition: "fi|"', 'yaml'],
    ["- { action: kill, condition: 'fi|' }", 'yaml'],
    ['{ "condition": "cost| > 5" }', 'json'],
  ])('every variable is offered with its unit: %s', (marked, format) => {
    expect(labels(marked, format)).toEqual(VARIABLES);
    expect(offers(marked, format)[0]?.documentation).toContain('US dollars spent by the session');
  });

  test.each<[string, RuleFormat, string, string]>([
    ['"condition": "co|"', 'json', 'cost_usd', '"condition": "cost_usd > 5"'],
    ['"condition": "|"', 'json', 'file_path', '"condition": "file_path matches \\"**/.env*\\""'],
    ['"condition": "er|r > 5"', 'json', 'errors', '"condition": "errors > 5"'],
    ['- condition: |', 'yaml', 'command', '- condition: command matches "rm -rf *"'],
    ["- condition: 'fi|'", 'yaml', 'file_path', '- condition: \'file_path matches "**/.env*"\''],
    ['"condition": "errors |"', 'json', '>', '"condition": "errors > 20"'],
    ['"condition": "command |"', 'json', 'matches', '"condition": "command matches \\"rm -rf *\\""'],
    ['"condition": "command ma| \\"x\\""', 'json', 'matches', '"condition": "command matches \\"x\\""'],
    ['"condition": "cost_usd > |"', 'json', '0.50', '"condition": "cost_usd > 0.50"'],
    ['"condition": "command matches |"', 'json', 'git push*', '"condition": "command matches \\"git push*\\""'],
    ['"condition": "command matches \\"|\\""', 'json', 'git push*', '"condition": "command matches \\"git push*\\""'],
    ['"condition": "command matches \\"|"', 'json', 'git push*', '"condition": "command matches \\"git push*\\""'],
    ['- condition: command matches "|', 'yaml', 'git push*', '- condition: command matches "git push*"'],
  ])('%s (%s) and %s become %s', (marked, format, label, expected) => {
    expect(taken(marked, format, label)).toBe(expected);
  });

  test.each([...VARIABLES])('%s as it is offered is a condition that the watcher accepts', (name) => {
    const json = taken('[{ "condition": "|", "action": "kill" }]', 'json', name);
    expect(readRules(json, 'json')).toHaveProperty('value');
    const yaml = taken('- condition: |\n  action: kill', 'yaml', name);
    expect(readRules(yaml, 'yaml')).toHaveProperty('value');
  });

  test('only the operator of the variable is offered', () => {
    expect(labels('"condition": "cost_usd |"', 'json')).toEqual(['>']);
    expect(labels('"condition": "file_path |"', 'json')).toEqual(['matches']);
    expect(labels('"condition": "nothing |"', 'json')).toEqual([]);
  });

  test.each<[string, RuleFormat]>([
    ['{ "name": "|" }', 'json'],
    ['{ "condition": "cost_usd > 5", "|', 'json'],
    ['{ "condition": |', 'json'],
    ['// a |', 'json'],
    ['- notify: |', 'yaml'],
    ['- condition: cost_usd > 5 # |', 'yaml'],
  ])('nothing is offered elsewhere: %s', (marked, format) => {
    expect(offers(marked, format)).toEqual([]);
  });
});

describe('in YAML', () => {
  const FIELDS = [
    'when',
    'condition',
    'threshold',
    'glob',
    'action',
    'mode',
    'repeat',
    'warn_at',
    'match',
    'no_match',
    'name',
    'notify',
  ];

  test('the fields that the rule does not have yet are offered', () => {
    expect(labels('- |', 'yaml')).toEqual(FIELDS);
    expect(labels('rules:\n  - condition: cost_usd\n    th|\n    action: kill', 'yaml')).toEqual([
      ...['threshold', 'glob', 'mode', 'repeat', 'warn_at', 'match', 'no_match', 'name', 'notify'],
    ]);
    expect(labels('- name: one\n  action: kill\n- |\n- notify: x', 'yaml')).toEqual(FIELDS);
    expect(labels('- glob:\n    - a\n  # why\n\n  |', 'yaml')).toEqual(
      FIELDS.filter((field) => field !== 'glob' && field !== 'when'),
    );
    expect(labels('- when: errors > 5\n  |', 'yaml')).toEqual([
      ...['action', 'mode', 'repeat', 'warn_at', 'match', 'no_match', 'name', 'notify'],
    ]);
  });

  test('actions, modes and other choices are offered with what they do', () => {
    expect(labels('mode: |', 'yaml')).toEqual([...MODES]);
    expect(labels('- repeat: a|', 'yaml')).toEqual([...REPEATS]);
    expect(labels('- action: |', 'yaml')).toEqual([...ACTIONS]);
    expect(labels('- { condition: errors > 5, action: "p|" }', 'yaml')).toEqual([...ACTIONS]);
    expect(taken('- action: pa|', 'yaml', 'pause')).toBe('- action: pause');
  });

  test('an empty file is begun with a list of rules that the watcher accepts once it has a condition', () => {
    expect(labels('# mine\n|', 'yaml')).toEqual(['rules', '- when, action', ...FILE]);
    expect(taken('|', 'yaml', 'rules')).toBe('rules:\n  - when: \n    action: alert');
    expect(labels('rules:\n|', 'yaml')).toEqual(['- when, action', ...FILE]);
  });

  test('what a file may say beside its rules is offered where it is not said yet, and not in a list', () => {
    expect(labels('fail: closed\n|\nrules:\n  - when: sensitive\n    action: deny', 'yaml')).toEqual([
      ...['- when, action', 'mode', 'answer_within_ms', 'ask_within_seconds'],
    ]);
    expect(taken('|\nrules: []', 'yaml', 'fail')).toBe('fail: \nrules: []');
    expect(labels('- when: sensitive\n  action: deny\n|', 'yaml')).toEqual(['- when, action']);
    expect(labels('rules:\n  - when: sensitive\n  |', 'yaml')).not.toContain('fail');
  });

  test('a condition of several lines is completed in each of them', () => {
    expect(labels('- when: errors > 5 &&\n    cost_u|\n  action: kill', 'yaml')).toContain('cost_usd');
    expect(taken('- when: errors > 5\n    && cost_u|', 'yaml', 'cost_usd')).toBe('- when: errors > 5\n    && cost_usd');
    expect(labels('  - name: x\n    when: >-\n      errors > 5\n\n      |', 'yaml')).toContain('&&');
    expect(labels('  - when: >\n      too|', 'yaml')).toContain('tool');
    expect(labels('- when: tool == "Bash" &&\n    command.|', 'yaml')).toContain('matches');
    // Behind the condition the fields of the rule come again.
    expect(labels('- when: errors > 5 &&\n    cost_usd > 5\n  ac|', 'yaml')).toContain('action');
  });
});
