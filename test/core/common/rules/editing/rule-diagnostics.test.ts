import { describe, expect, test } from 'vitest';
import { ruleDiagnostics } from '../../../../../core/common/rules/editing/rule-diagnostics.ts';
import { STARTER_RULES } from '../../../../../core/common/rules/editing/starter-rules.ts';
import { type RuleFormat, readRules, readUserConfig } from '../../../../../core/common/rules/reading/read-rules.ts';

/** The text with each marked stretch in brackets, and the source with every replacement made. */
function shown(source: string, format: RuleFormat): { marked: string; mended: string } {
  let [marked, mended] = [source, source];
  for (const { offset, length, replacement } of ruleDiagnostics(source, format, 'workspace').diagnostics.toReversed()) {
    const end = offset + length;
    marked = `${marked.slice(0, offset)}[${marked.slice(offset, end)}]${marked.slice(end)}`;
    if (replacement !== undefined) mended = mended.slice(0, offset) + replacement + mended.slice(end);
  }
  return { marked, mended };
}

test.each<[string, RuleFormat, string, string]>([
  [
    '[{ "condition": "cost_us > 5", "action": "kil" }]',
    'json',
    '[{ "condition": "[cost_us] > 5", "action": ["kil"] }]',
    '[{ "condition": "cost_usd > 5", "action": "kill" }]',
  ],
  [
    '[{ "conditon": "errors > 5", "action": "kill" }]',
    'json',
    '[[{] ["conditon"]: "errors > 5", "action": "kill" }]',
    '[{ "condition": "errors > 5", "action": "kill" }]',
  ],
  [
    '[{ "condition": "file_pat matches \\"x\\"", "action": "kill" }]',
    'json',
    '[{ "condition": "[file_pat] matches \\"x\\"", "action": "kill" }]',
    '[{ "condition": "file_path matches \\"x\\"", "action": "kill" }]',
  ],
  [
    '- condition: cost_us > 5\n  acton: kill\n  action: "Paus"\n',
    'yaml',
    '- condition: [cost_us] > 5\n  [acton]: kill\n  action: ["Paus"]\n',
    '- condition: cost_usd > 5\n  action: kill\n  action: "pause"\n',
  ],
  [
    '[{ "when": "tool == \\"Bash\\" && comand.matches(\\"x\\")", "action": "kill" }]',
    'json',
    '[{ "when": "tool == \\"Bash\\" && [comand].matches(\\"x\\")", "action": "kill" }]',
    '[{ "when": "tool == \\"Bash\\" && command.matches(\\"x\\")", "action": "kill" }]',
  ],
  [
    '- when: tool = "Bash"\n  action: deny\n- when: sensitive and errors > 1\n  action: kill\n- when: \'command.mtches("x")\'\n  action: ask\n',
    'yaml',
    '- when: tool [=] "Bash"\n  action: deny\n- when: sensitive [and] errors > 1\n  action: kill\n- when: \'command.[mtches]("x")\'\n  action: ask\n',
    '- when: tool == "Bash"\n  action: deny\n- when: sensitive && errors > 1\n  action: kill\n- when: \'command.matches("x")\'\n  action: ask\n',
  ],
  [
    '[{ "condition": "file_path matches \\"+(a)\\"", "action": "kill" }]',
    'json',
    '[{ "condition": "file_path matches \\"[+(a)]\\"", "action": "kill" }]',
    '[{ "condition": "file_path matches \\"+(a)\\"", "action": "kill" }]',
  ],
  [
    '[{ "when": "tol == \\"x\\" && comand.mathces(\\"x\\")", "action": "deni" }]',
    'json',
    '[{ "when": "[tol] == \\"x\\" && [comand].mathces(\\"x\\")", "action": ["deni"] }]',
    '[{ "when": "tool == \\"x\\" && command.mathces(\\"x\\")", "action": "deny" }]',
  ],
  [
    '- when: command.mathces("x and y") and globb(tool, "x")\n  action: deny\n',
    'yaml',
    '- when: command.mathces("x and y") [and] globb(tool, "x")\n  action: deny\n',
    '- when: command.mathces("x and y") && globb(tool, "x")\n  action: deny\n',
  ],
  [
    '- when: globb(tool, "x") || tool = "x"\n  action: deny\n',
    'yaml',
    '- when: globb(tool, "x") || tool [=] "x"\n  action: deny\n',
    '- when: globb(tool, "x") || tool == "x"\n  action: deny\n',
  ],
  [
    '- when: command.mathces("x")\n  action: deny\n  match: [{ comand: x }]\n',
    'yaml',
    '- when: command.[mathces]("x")\n  action: deny\n  match: [{ [comand]: x }]\n',
    '- when: command.matches("x")\n  action: deny\n  match: [{ command: x }]\n',
  ],
])('marks the very words, and knows what was meant: %s', (source, format, marked, mended) => {
  expect(shown(source, format)).toEqual({ marked, mended });
});

describe('says what the watcher says', () => {
  const SOURCES: readonly [string, RuleFormat][] = [
    ['', 'json'],
    ['[', 'json'],
    ['{ "rule": [] }', 'json'],
    ['- condition: [\n', 'yaml'],
    ['- condition: cost_us > 5\n  action: kill', 'yaml'],
    [`[${'{},'.repeat(40)}]`, 'json'],
  ];
  test.each(SOURCES)('of %j as rules and as configuration', (source, format) => {
    for (const [kind, read] of [['workspace', readRules] as const, ['user', readUserConfig] as const]) {
      const result = read(source, format);
      const said = 'issues' in result ? result.issues.map(({ message, hint }) => `${message}\n${hint}`) : [];
      expect(ruleDiagnostics(source, format, kind).diagnostics.map(({ message }) => message)).toEqual(said);
    }
  });
});

test('knows the good rules of a file beside the bad ones, and where they stand', () => {
  const source = '[{ "condition": "cost_usd > 5", "action": "kill" }, { "action": "kill" }]';
  const [rule, ...others] = ruleDiagnostics(source, 'json', 'workspace').rules;
  expect(others).toEqual([]);
  expect(rule).toMatchObject({ rule: { name: 'cost_usd > 5' }, span: { offset: 1 } });
});

test('the rules that a new file begins with are accepted, and kill nothing', () => {
  const result = readRules(STARTER_RULES, 'yaml');
  expect(result).toHaveProperty('value');
  expect('value' in result && result.value.map(({ action }) => action)).not.toContain('kill');
});
