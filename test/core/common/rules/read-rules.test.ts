import { describe, expect, test } from 'vitest';
import { type RuleFormat, readRules, readUserConfig } from '../../../../core/common/rules/read-rules.ts';
import type { Rule } from '../../../../core/common/rules/rule.ts';

function rulesOf(source: string, format: RuleFormat): readonly Rule[] {
  const result = readRules(source, format);
  if ('issues' in result) throw new Error(JSON.stringify(result.issues));
  return result.value;
}

/** `line:column message | hint`, one line an issue. */
function issuesOf(
  source: string,
  format: RuleFormat = 'json',
  read: typeof readRules | typeof readUserConfig = readRules,
): string[] {
  const result = read(source, format);
  if ('value' in result) throw new Error(`accepted: ${JSON.stringify(result.value)}`);
  for (const { line, column, text } of result.issues) {
    const there = source.split('\n')[line - 1]?.slice(column - 1) ?? '';
    expect(there).toContain(text.split(/[ …]/)[0]);
  }
  return result.issues.map(({ line, column, message, hint }) => `${line}:${column} ${message} | ${hint}`);
}

const limit = (variable: string, threshold: number) => ({ kind: 'limit', variable, threshold });
const glob = (variable: string, ...globs: string[]) => ({ kind: 'glob', variable, globs });

describe('accepted forms', () => {
  test('a list of conditions with thresholds and globs in fields of their own', () => {
    const source = `[
      { "condition": "files_modified", "threshold": 10, "action": "pause" },
      { "condition": "cost_usd", "threshold": 0.50, "action": "kill" },
      { "condition": "file_path", "glob": "**/.env*", "action": "kill" },
      { "condition": "command", "glob": ["rm -rf *", "git push*"], "action": "alert" }
    ]`;
    expect(rulesOf(source, 'json')).toEqual([
      { name: 'files_modified > 10', condition: limit('files_modified', 10), action: 'pause' },
      { name: 'cost_usd > 0.5', condition: limit('cost_usd', 0.5), action: 'kill' },
      { name: 'file_path matches "**/.env*"', condition: glob('file_path', '**/.env*'), action: 'kill' },
      {
        name: 'command matches "rm -rf *", "git push*"',
        condition: glob('command', 'rm -rf *', 'git push*'),
        action: 'alert',
      },
    ]);
  });

  test('an object of named rules whose condition is one text, as agent-strace documents it', () => {
    const source = `{
      "rules": [
        { "name": "cost cap", "condition": "cost_usd > 0.50", "action": "kill" },
        { "name": "protected env", "condition": "file_path matches \\"**/production.env\\"", "action": "kill" },
        { "name": "large edit", "condition": "files_modified > 30", "action": "pause", "notify": "too much at once" }
      ]
    }`;
    const expected = [
      { name: 'cost cap', condition: limit('cost_usd', 0.5), action: 'kill' },
      { name: 'protected env', condition: glob('file_path', '**/production.env'), action: 'kill' },
      { name: 'large edit', condition: limit('files_modified', 30), action: 'pause', notify: 'too much at once' },
    ];
    expect(rulesOf(source, 'json')).toEqual(expected);
    expect(rulesOf(source, 'yaml')).toEqual(expected);
  });

  test('YAML, both kinds of entries mixed', () => {
    const source = `
# comments are fine
rules:
  - name: cost cap
    condition: cost_usd > $5
    action: kill
  - condition: command matches 'rm -rf *'
    action: kill
  - condition: file_path
    glob: ["**/.env*", secrets/]
    action: pause
  - { condition: context_pct, threshold: 80%, action: alert }
`;
    expect(rulesOf(source, 'yaml')).toEqual([
      { name: 'cost cap', condition: limit('cost_usd', 5), action: 'kill' },
      { name: "command matches 'rm -rf *'", condition: glob('command', 'rm -rf *'), action: 'kill' },
      {
        name: 'file_path matches "**/.env*", "secrets/"',
        condition: glob('file_path', '**/.env*', 'secrets/'),
        action: 'pause',
      },
      { name: 'context_pct > 80', condition: limit('context_pct', 80), action: 'alert' },
    ]);
  });

  test.each<[string, RuleFormat]>([
    ['[]', 'json'],
    ['{"rules": []}', 'json'],
    ['[]', 'yaml'],
    ['rules: []', 'yaml'],
  ])('an explicitly empty list is valid: %s (%s)', (source, format) => {
    expect(rulesOf(source, format)).toEqual([]);
  });

  test('JSON may have comments and trailing commas', () => {
    const source = '[ // why\n { "condition": "errors > 5", "action": "alert", }, /* end */ ]';
    expect(rulesOf(source, 'json')).toHaveLength(1);
  });

  test.each([
    ['cost_usd', '"$0.50"', 0.5],
    ['cost_usd', '".5"', 0.5],
    ['tool_calls', '"10"', 10],
    ['context_pct', '"80 %"', 80],
    ['errors', '0', 0],
  ])('the threshold of %s may be written %s', (variable, written, threshold) => {
    const [rule] = rulesOf(`[{"condition":"${variable}","threshold":${written},"action":"kill"}]`, 'json');
    expect(rule?.condition).toEqual(limit(variable, threshold));
  });
});

const KNOWN_VARIABLES =
  'cost_usd, files_modified, files_read, tool_calls, errors, duration_minutes, consecutive_test_failures, retries, loop_repeats, context_pct, file_path, command';
const KNOWN_FIELDS = 'name, condition, threshold, glob, action, notify';

describe('mistakes in rules', () => {
  const rule = (fields: string) => `[{${fields}, "action": "kill"}]`;

  test.each<[string, string[]]>([
    // Variables and operators.
    [
      rule('"condition": "cost_us > 5"'),
      [`1:17 unknown variable "cost_us" | did you mean "cost_usd"? Known: ${KNOWN_VARIABLES}`],
    ],
    [rule('"condition": "constructor > 5"'), [`1:17 unknown variable "constructor" | Known: ${KNOWN_VARIABLES}`]],
    [
      rule('"condition": "files_read >= 5"'),
      [
        '1:28 files_read is a number and is compared by ">" only | a limit is broken by what is greater than it: write files_read > 4',
      ],
    ],
    [
      rule('"condition": "cost_usd >= 5"'),
      [
        '1:26 cost_usd is a number and is compared by ">" only | a limit is broken by what is greater than it: write cost_usd > NUMBER',
      ],
    ],
    [
      rule('"condition": "errors == 5"'),
      [
        '1:24 errors is a number and is compared by ">" only | a limit is broken by what is greater than it: write errors > NUMBER',
      ],
    ],
    [
      rule('"condition": "errors 5"'),
      [
        '1:24 errors is a number and is compared by ">" only | a limit is broken by what is greater than it: write errors > NUMBER',
      ],
    ],
    [
      rule('"condition": "errors matches \\"x\\""'),
      [
        '1:16 errors is a number and is compared by ">" only | a limit is broken by what is greater than it: write errors > NUMBER',
      ],
    ],
    [
      rule('"condition": "file_path > 5"'),
      ['1:27 file_path is a text and is compared by "matches" only | write file_path matches "GLOB"'],
    ],
    [
      rule('"condition": "errors > 5 and files_read > 3"'),
      ['1:26 bad number for errors | one rule has one condition: write two rules'],
    ],
    [
      rule('"condition": ""'),
      [
        '1:16 the condition is empty or names no variable | write cost_usd > 5, file_path matches "**/.env*" or command matches "rm -rf *"',
      ],
    ],
    [rule('"condition": 5'), ['1:16 "condition" is a number | write a text such as "cost_usd > 5"']],
    // Numbers.
    [rule('"condition": "cost_usd >"'), ['1:27 the limit of cost_usd is missing | write a number such as 0.50']],
    [rule('"condition": "cost_usd > five"'), ['1:28 bad number for cost_usd | write a number such as 0.50']],
    [
      rule('"condition": "errors > 1,000"'),
      ['1:26 bad number for errors | leave commas out; write a number such as 10'],
    ],
    [rule('"condition": "errors > $5"'), ['1:26 bad number for errors | write a number such as 10']],
    [rule('"condition": "errors > -5"'), ['1:26 bad number for errors | write a number such as 10']],
    [rule('"condition": "errors > 0x10"'), ['1:26 bad number for errors | write a number such as 10']],
    [
      rule('"condition": "errors", "threshold": -1'),
      ['1:39 the limit of errors is below zero | a limit is zero or more'],
    ],
    [
      rule('"condition": "errors", "threshold": 1e999'),
      ['1:39 the limit of errors is not a finite number | write a number such as 10'],
    ],
    [rule('"condition": "errors", "threshold": null'), ['1:39 "threshold" is empty (null) | write a number']],
    [rule('"condition": "errors", "threshold": [5]'), ['1:39 "threshold" is a list | write a number']],
    [
      rule('"condition": "context_pct > 100"'),
      [
        '1:31 context_pct is never greater than 100, so this rule would guard nothing | write a percentage below 100, for example 80',
      ],
    ],
    // Fields.
    [
      rule('"condition": "files_modified", "threshhold": 10'),
      [
        '1:2 the rule on files_modified has no "threshold" | write "threshold": NUMBER, or "condition": "files_modified > NUMBER"',
        `1:34 unknown field "threshhold" | did you mean "threshold"? Known here: ${KNOWN_FIELDS}`,
      ],
    ],
    [
      rule('"condition": "errors > 5", "__proto__": {}'),
      [`1:30 unknown field "__proto__" | Known here: ${KNOWN_FIELDS}`],
    ],
    [
      rule('"condition": "errors > 5", "condition": "errors > 6"'),
      ['1:30 the field "condition" stands twice | leave one of the two out'],
    ],
    [
      rule('"condition": "errors > 5", "threshold": 5'),
      ['1:43 the condition says this already | leave one of the two out'],
    ],
    [
      rule('"condition": "errors", "glob": "x"'),
      [
        '1:2 the rule on errors has no "threshold" | write "threshold": NUMBER, or "condition": "errors > NUMBER"',
        '1:34 errors is a number and has no glob | write a "threshold" instead',
      ],
    ],
    [
      rule('"condition": "file_path", "threshold": 5'),
      [
        '1:2 the rule on file_path has no "glob" | write "glob": "PATTERN", or "condition": "file_path matches \\"PATTERN\\""',
        '1:42 file_path is a text and has no threshold | write a "glob" instead',
      ],
    ],
    [
      '[{"action": "kill"}]',
      ['1:2 the rule has no "condition" | write { "condition": "cost_usd > 5", "action": "kill" }'],
    ],
    ['[{"condition": "errors > 5"}]', ['1:2 the rule has no "action" | write "action": "alert", "pause" or "kill"']],
    [
      '[{"condition": "errors > 5", "action": "kil"}]',
      ['1:40 unknown action "kil" | did you mean "kill"? An action is "alert", "pause" or "kill"'],
    ],
    [
      '[{"condition": "errors > 5", "action": "Kill"}]',
      ['1:40 unknown action "Kill" | did you mean "kill"? An action is "alert", "pause" or "kill"'],
    ],
    [
      '[{"condition": "errors > 5", "action": ["kill"]}]',
      ['1:40 unknown action | An action is "alert", "pause" or "kill"'],
    ],
    [
      rule('"condition": "errors > 5", "name": ""'),
      ['1:38 "name" is empty | write at most 100 characters of plain text, or leave it out'],
    ],
    [
      rule('"condition": "errors > 5", "name": "\\u001b[2J"'),
      [
        '1:38 "name" is too long or holds characters that do not print | write at most 100 characters of plain text, or leave it out',
      ],
    ],
    [
      rule('"condition": "errors > 5", "name": "user: cap"'),
      ['1:38 a reserved name | "user:" marks the rules of your own configuration; choose another name'],
    ],
    [rule('"condition": "errors > 5", "notify": true'), ['1:40 "notify" is a boolean | write a text in quotes']],
    // Globs.
    [rule('"condition": "file_path matches **/x"'), ['1:35 the glob stands without quotes | write "**/x" in quotes']],
    [rule('"condition": "file_path matches \'**/x"'), ["1:35 the quote is not closed | close it with '"]],
    [
      rule('"condition": "file_path matches \'a\' or \'b\'"'),
      ['1:35 there is more text after the glob | one rule has one condition: write two rules'],
    ],
    [rule('"condition": "file_path matches \'\'"'), ['1:17 an empty glob | write a pattern such as "**/.env*"']],
    [
      rule('"condition": "file_path", "glob": []'),
      ['1:37 an empty list of globs guards nothing | write at least one glob'],
    ],
    [rule('"condition": "file_path", "glob": ["a", 5]'), ['1:43 a glob is a number | write a text such as "**/.env*"']],
    [rule('"condition": "command", "glob": " "'), ['1:36 an empty glob | write a pattern such as "rm -rf *"']],
    // The list itself.
    [
      '{}',
      [
        '1:1 the field "rules" is missing | write { "rules": [ ... ] }; an empty list is fine when nothing is to be guarded',
      ],
    ],
    [
      '{"rule": []}',
      [
        '1:1 the field "rules" is missing | write { "rules": [ ... ] }; an empty list is fine when nothing is to be guarded',
        '1:2 unknown field "rule" | did you mean "rules"? Known here: rules',
      ],
    ],
    ['{"rules": null}', ['1:11 "rules" is empty (null) | write a list: [ { "condition": ..., "action": ... } ]']],
    [
      '"kill everything"',
      ['1:1 a rule file is a text | write a list of rules, or an object with a list called "rules"'],
    ],
    ['[null]', ['1:2 a rule is empty (null) | write an object: { "condition": "cost_usd > 5", "action": "kill" }']],
    [
      '{"rules": [], "webhook": "https://hooks.example/T0K3N"}',
      [
        '1:15 a webhook is not read from a workspace, which others can write to | move it to your own configuration, ~/.agent-trace/config.json',
      ],
    ],
    [
      '[{"condition": "errors > 5", "action": "kill"},\n {"condition": "errors > 5", "action": "pause"}]',
      ['2:16 a second rule named "errors > 5" | give each rule a "name" of its own'],
    ],
  ])('%s', (source, issues) => {
    expect(issuesOf(source)).toEqual(issues);
  });

  test('all mistakes of a file are told, in the order of the text', () => {
    const source = `[
  { "condition": "cost_us > 5", "action": "kil" },
  { "condition": "errors > 5", "action": "kill" },
  { "condition": "file_path", "glob": "{a", "actoin": "kill" }
]`;
    expect(issuesOf(source).map((issue) => issue.split(' ')[0])).toEqual(['2:19', '2:43', '4:3', '4:40', '4:45']);
  });

  test('a thousand mistakes are told as twenty and a count', () => {
    const issues = issuesOf(`[${'5,'.repeat(1000)}5]`);
    expect(issues).toHaveLength(21);
    expect(issues.at(-1)).toBe('0:0 and 981 more | mend the ones above first');
  });

  test('a file is not partly loaded', () => {
    expect(
      readRules('[{"condition":"errors > 5","action":"kill"},{"condition":"x > 5","action":"kill"}]', 'json'),
    ).not.toHaveProperty('value');
  });

  test('the line of a misplaced webhook is not shown', () => {
    const result = readRules('{"rules": [], "webhook": "https://hooks.example/T0K3N"}', 'json');
    expect(JSON.stringify(result)).not.toContain('T0K3N');
  });
});

describe('mistakes in the text itself', () => {
  test.each<[string, RuleFormat, string[]]>([
    ['', 'json', ['1:1 the file is empty | write [] when nothing is to be guarded']],
    [' // nothing\n', 'json', ['1:1 the file is empty | write [] when nothing is to be guarded']],
    ['', 'yaml', ['1:1 the file is empty | write [] when nothing is to be guarded']],
    ['# nothing\n---\n', 'yaml', ['1:1 the file is empty | write [] when nothing is to be guarded']],
    ['[{]', 'json', ['1:3 not JSON: a field name is missing | write "name": value, the name in double quotes']],
    [
      '[\n{"a": 1}\n{"b": 2}\n]',
      'json',
      ['3:1 not JSON: a comma is missing | put a comma between two fields and between two rules'],
    ],
    ['[{"a": 1}', 'json', ['1:10 not JSON: a closing bracket is missing | close the list with ]; the file ends here']],
    [
      "[{'a': 1}]",
      'json',
      ['1:3 not JSON: unknown word or sign | text goes in double quotes; true, false and null do not'],
    ],
    [
      '[{"a": "x\n"}]',
      'json',
      [
        '1:8 not JSON: a text does not end | close it with a double quote on the same line',
        '2:1 not JSON: a text does not end | close it with a double quote on the same line',
      ],
    ],
    [
      '[{"a": "\\x"}]',
      'json',
      ['1:8 not JSON: unknown escape in a text | write a backslash as \\\\ and a double quote as \\"'],
    ],
    ['[] []', 'json', ['1:4 not JSON: there is more text after the end | a file holds one list or one object']],
    ['\t- a: 1', 'yaml', ['1:1 not YAML: Tabs are not allowed as indentation | indent with spaces']],
    ['- a: "x', 'yaml', ['1:8 not YAML: Missing closing "quote | close every quote, bracket and brace']],
    [
      'rules:\n- condition: errors > 5\n   action: kill',
      'yaml',
      [
        '2:14 not YAML: Nested mappings are not allowed in compact mappings | fields of one rule stand in one column; put quotes round a text that holds ": "',
      ],
    ],
    [
      '- condition: file_path\n  glob: **/.env*\n  action: kill',
      'yaml',
      ['2:9 an alias, which a rule file must not have | put quotes round a text that begins with *: "**/.env*"'],
    ],
    [
      '- &a {condition: errors > 5, action: kill}\n- *a',
      'yaml',
      ['2:3 an alias, which a rule file must not have | put quotes round a text that begins with *: "*a"'],
    ],
    [
      '- {condition: command, glob: !x y, action: kill}',
      'yaml',
      ['1:30 not YAML: Unresolved tag: !x | put quotes round a text that begins with !'],
    ],
    [
      '- {condition: errors, threshold: !!int "5", action: kill}',
      'yaml',
      [
        '1:40 a tag (tag:yaml.org,2002:int), which a rule file must not have | leave the tag out; put quotes round a text that begins with !',
      ],
    ],
    [
      '[]\n---\n[]',
      'yaml',
      ['2:1 a second document in the file | one file holds one list of rules; remove the line ---'],
    ],
    ['5: x', 'yaml', ['1:1 a field name that is not a text | write name: value']],
    [
      '- condition: errors > 5\n  action: kill\n  action: pause',
      'yaml',
      ['3:3 the field "action" stands twice | leave one of the two out'],
    ],
    [
      '%YAML 1.1\n---\n- {condition: errors, threshold: yes, action: kill}',
      'yaml',
      ['3:34 bad number for errors | write a number such as 10'],
    ],
    [
      `${'['.repeat(40)}`,
      'json',
      [
        '1:33 nested more than 32 levels deep | a rule file is a list of rules, or an object with a list called "rules"',
      ],
    ],
    [
      `${'['.repeat(40)}${']'.repeat(40)}`,
      'yaml',
      [
        '1:33 nested more than 32 levels deep | a rule file is a list of rules, or an object with a list called "rules"',
      ],
    ],
  ])('%j (%s)', (source, format, issues) => {
    expect(issuesOf(source, format)).toEqual(issues);
  });

  test.each<[string, RuleFormat, string]>([
    ['open brackets', 'json', '['.repeat(200_000)],
    ['open braces', 'json', '{"a":'.repeat(50_000)],
    ['commas', 'json', `[${','.repeat(200_000)}`],
    ['open brackets', 'yaml', '['.repeat(100_000)],
    ['dashes', 'yaml', '- '.repeat(100_000)],
    ['keys', 'yaml', Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['keys', 'json', `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
    [
      'a bomb of aliases',
      'yaml',
      `a: &a [1]\n${Array.from({ length: 30 }, (_, index) => `b${index}: &b${index} [${'*a,'.repeat(50)}]`).join('\n')}`,
    ],
    ['quotes', 'yaml', '"'.repeat(200_000)],
  ])('hostile %s in %s become issues', (_, format, source) => {
    expect(issuesOf(source, format).length).toBeGreaterThan(0);
  });

  test('more than a thousand rules, or globs, are too many', () => {
    const many = Array.from({ length: 1001 }, (_, index) => `{"condition":"errors > ${index}","action":"alert"}`);
    expect(issuesOf(`[${many}]`)).toEqual([expect.stringContaining('more than 1000 rules')]);
    const globs = Array.from({ length: 1001 }, (_, index) => `"a${index}"`);
    const source = `[{"name":"n","condition":"file_path","glob":[${globs}],"action":"alert"}]`;
    expect(issuesOf(source)).toEqual([expect.stringContaining('more than 1000 globs')]);
  });
});

describe("the user's own configuration", () => {
  test('holds a webhook and rules, whose names are marked', () => {
    const source =
      '{"webhook": "https://hooks.example/a?b=c", "rules": [{"name": "cap", "condition": "cost_usd > 20", "action": "kill"}]}';
    expect(readUserConfig(source, 'json')).toEqual({
      value: {
        webhook: 'https://hooks.example/a?b=c',
        rules: [{ name: 'user: cap', condition: limit('cost_usd', 20), action: 'kill' }],
      },
    });
    expect(readUserConfig('{}', 'json')).toEqual({ value: { webhook: undefined, rules: [] } });
  });

  test.each<[string, string[]]>([
    ['[]', ['1:1 the configuration is a list | write an object: { "webhook": "https://...", "rules": [ ... ] }']],
    ['{"webhok": 1}', ['1:2 unknown field "webhok" | did you mean "webhook"? Known here: webhook, rules']],
    ['{"webhook": 5}', ['1:13 "webhook" is not an http or https address | write "webhook": "https://HOST/PATH"']],
    [
      '{"webhook": "file:///etc/passwd"}',
      ['1:13 "webhook" is not an http or https address | write "webhook": "https://HOST/PATH"'],
    ],
    [
      '{"rules": [{"condition": "errors > x", "action": "kill"}]}',
      ['1:36 bad number for errors | write a number such as 10'],
    ],
  ])('%s', (source, issues) => {
    expect(issuesOf(source, 'json', readUserConfig)).toEqual(issues);
  });

  test('the address of a webhook is not shown', () => {
    expect(JSON.stringify(readUserConfig('{"webhook": "hooks.example/T0K3N"}', 'json'))).not.toContain('T0K3N');
  });
});
