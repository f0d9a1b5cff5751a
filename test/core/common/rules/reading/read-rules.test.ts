import { describe, expect, test } from 'vitest';
import type { LimitVariable } from '../../../../../core/common/rules/reading/condition.ts';
import {
  type RuleFormat,
  readRuleFile,
  readRules,
  readUserConfig,
} from '../../../../../core/common/rules/reading/read-rules.ts';
import type { Rule } from '../../../../../core/common/rules/rule.ts';
import { glob, limit } from '../conditions.ts';

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

describe('accepted forms', () => {
  test('a list of conditions with thresholds and globs in fields of their own', () => {
    const source = `[
      { "condition": "files_modified", "threshold": 10, "action": "pause" },
      { "condition": "cost_usd", "threshold": 0.50, "action": "kill" },
      { "condition": "file_path", "glob": "**/.env*", "action": "kill" },
      { "condition": "command", "glob": ["rm -rf *", "git push*"], "action": "alert" }
    ]`;
    expect(rulesOf(source, 'json')).toEqual([
      { name: 'files_modified > 10', ...limit('files_modified', 10), action: 'pause' },
      { name: 'cost_usd > 0.5', ...limit('cost_usd', 0.5), action: 'kill' },
      { name: 'file_path matches "**/.env*"', ...glob('file_path', '**/.env*'), action: 'kill' },
      {
        name: 'command matches "rm -rf *", "git push*"',
        ...glob('command', 'rm -rf *', 'git push*'),
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
      { name: 'cost cap', ...limit('cost_usd', 0.5), action: 'kill' },
      { name: 'protected env', ...glob('file_path', '**/production.env'), action: 'kill' },
      { name: 'large edit', ...limit('files_modified', 30), action: 'pause', notify: 'too much at once' },
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
      { name: 'cost cap', ...limit('cost_usd', 5), action: 'kill' },
      { name: "command matches 'rm -rf *'", ...glob('command', 'rm -rf *'), action: 'kill' },
      {
        name: 'file_path matches "**/.env*", "secrets/"',
        ...glob('file_path', '**/.env*', 'secrets/'),
        action: 'pause',
      },
      { name: 'context_pct > 80', ...limit('context_pct', 80), action: 'alert' },
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

  test.each<[LimitVariable, string, number]>([
    ['cost_usd', '"$0.50"', 0.5],
    ['cost_usd', '".5"', 0.5],
    ['tool_calls', '"10"', 10],
    ['context_pct', '"80 %"', 80],
    ['errors', '0', 0],
  ])('the threshold of %s may be written %s', (variable, written, threshold) => {
    const [rule] = rulesOf(`[{"condition":"${variable}","threshold":${written},"action":"kill"}]`, 'json');
    expect(rule).toMatchObject(limit(variable, threshold));
  });
});

const KNOWN_VARIABLES =
  'cost_usd, cost_usd_session_tree, cost_usd_today, files_modified, files_read, tool_calls, errors, duration_minutes, consecutive_test_failures, retries, loop_repeats, context_pct, file_path, command';
const KNOWN_FIELDS = 'when, condition, threshold, glob, action, mode, repeat, warn_at, match, no_match, name, notify';

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
        '1:24 errors is a number and is compared by ">" only | a limit is broken by what is greater than it: write errors > NUMBER',
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
    ['[{"action": "kill"}]', ['1:2 the rule has no "when" | write { "when": "cost_usd > 5", "action": "kill" }']],
    [
      '[{"condition": "errors > 5"}]',
      ['1:2 the rule has no "action" | write "action": "alert", "ask", "deny", "pause" or "kill"'],
    ],
    [
      '[{"condition": "errors > 5", "action": "kil"}]',
      ['1:40 unknown action "kil" | did you mean "kill"? An action is "alert", "ask", "deny", "pause" or "kill"'],
    ],
    [
      '[{"condition": "errors > 5", "action": "Kill"}]',
      ['1:40 unknown action "Kill" | did you mean "kill"? An action is "alert", "ask", "deny", "pause" or "kill"'],
    ],
    [
      '[{"condition": "errors > 5", "action": ["kill"]}]',
      ['1:40 unknown action | An action is "alert", "ask", "deny", "pause" or "kill"'],
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
        '1:2 unknown field "rule" | did you mean "rules"? Known here: mode, fail, answer_within_ms, ask_within_seconds, rules',
      ],
    ],
    ['{"rules": null}', ['1:11 "rules" is empty (null) | write a list: [ { "condition": ..., "action": ... } ]']],
    [
      '"kill everything"',
      ['1:1 a rule file is a text | write a list of rules, or an object with a list called "rules"'],
    ],
    ['[null]', ['1:2 a rule is empty (null) | write an object: { "when": "cost_usd > 5", "action": "kill" }']],
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

describe('a condition with several mistakes', () => {
  test('tells each of them, at its place', () => {
    const when = 'cost_used > 5 && (errors > 2 || tol == \\"x\\") && command.matches(\\"(\\") && true';
    const issues = issuesOf(`[{"when": "${when}", "action": "deny"}]`);
    expect(issues.map((issue) => issue.split(' | ')[0])).toEqual([
      '1:12 unknown variable "cost_used"',
      '1:44 unknown variable "tol"',
      expect.stringMatching(/^1:77 bad regular expression: /),
    ]);
  });

  test('tells one where it cannot be read at all', () => {
    expect(issuesOf('[{"when": "cost_used > 5 and tol > 1", "action": "deny"}]')).toHaveLength(1);
  });
});

describe('modes, repetition, warnings and deadlines', () => {
  const rule = (fields: string) => `{"name": "r", "when": "cost_usd > 5", "action": "deny", ${fields}}`;

  test('a rule says them for itself', () => {
    const source = `[${rule('"mode": "monitor", "repeat": "always", "warn_at": "80%"')}]`;
    expect(readRules(source, 'json')).toEqual({
      value: [{ name: 'r', ...limit('cost_usd', 5), action: 'deny', mode: 'monitor', repeat: 'always', warnAt: 0.8 }],
    });
  });

  test('a file says them for all its rules, and a rule comes before its file', () => {
    const source = `
      mode: monitor
      fail: closed
      answer_within_ms: 500
      ask_within_seconds: 60
      rules:
        - { name: a, when: cost_usd > 5, action: deny, warn_at: 0.5 }
        - { name: b, when: cost_usd > 5, action: ask, mode: enforce }`;
    expect(readRuleFile(source, 'yaml')).toMatchObject({
      value: {
        guard: { fail: 'closed', answerWithinMs: 500, askWithinSeconds: 60 },
        rules: [
          { name: 'a', mode: 'monitor', warnAt: 0.5 },
          { name: 'b', mode: 'enforce' },
        ],
      },
    });
    const user = readUserConfig(`{"mode": "monitor", "fail": "open", "rules": [${rule('"warn_at": 0.9')}]}`, 'json');
    expect(user).toMatchObject({ value: { guard: { fail: 'open' }, rules: [{ name: 'user: r', mode: 'monitor' }] } });
  });

  test.each<[string, string[]]>([
    [
      `[${rule('"mode": "montor"')}]`,
      ['1:66 unknown mode "montor" | did you mean "monitor"? A mode is "enforce" or "monitor"'],
    ],
    [`[${rule('"repeat": true')}]`, ['1:68 unknown repeat "true" | A repeat is "once" or "always"']],
    [
      `[${rule('"warn_at": 80')}]`,
      ['1:69 "warn_at" is not a share of the limit | write 0.8 for four fifths of the limit, or "80%"'],
    ],
    [
      `[${rule('"warn_at": "0%"')}]`,
      ['1:69 "warn_at" is not a share of the limit | write 0.8 for four fifths of the limit, or "80%"'],
    ],
    [
      '[{"when": "sensitive", "action": "deny", "warn_at": 0.8}]',
      [
        '1:53 the rule has no limit to warn of | one can come near to cost_usd > 5, alone or joined by && to what is known of a session; leave "warn_at" out',
      ],
    ],
    [
      '{"fail": "shut", "answer_within_ms": 5, "ask_within_seconds": 1.5, "rules": []}',
      [
        '1:10 unknown fail "shut" | A fail is "open" or "closed"',
        '1:38 "answer_within_ms" is not a whole number from 100 to 60000 | write "answer_within_ms": 300, or leave it out',
        '1:63 "ask_within_seconds" is not a whole number from 5 to 86400 | write "ask_within_seconds": 300, or leave it out',
      ],
    ],
  ])('%s', (source, issues) => {
    expect(issuesOf(source)).toEqual(issues);
  });
});

describe("the user's own configuration", () => {
  test('holds a webhook and rules, whose names are marked', () => {
    const source =
      '{"webhook": "https://hooks.example/a?b=c", "rules": [{"name": "cap", "condition": "cost_usd > 20", "action": "kill"}]}';
    expect(readUserConfig(source, 'json')).toEqual({
      value: {
        webhook: 'https://hooks.example/a?b=c',
        prices: {},
        guard: {},
        rules: [{ name: 'user: cap', ...limit('cost_usd', 20), action: 'kill' }],
      },
    });
    expect(readUserConfig('{}', 'json')).toEqual({
      value: { webhook: undefined, prices: {}, guard: {}, rules: [] },
    });
  });

  test.each<[string, string[]]>([
    ['[]', ['1:1 the configuration is a list | write an object: { "webhook": "https://...", "rules": [ ... ] }']],
    [
      '{"webhok": 1}',
      [
        '1:2 unknown field "webhok" | did you mean "webhook"? Known here: webhook, prices, mode, fail, answer_within_ms, ask_within_seconds, rules',
      ],
    ],
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
