import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePolicy } from '../../../../../core/common/rules/evaluate.ts';
import { linearPattern } from '../../../../../core/common/rules/language/linear-pattern.ts';
import { type Checked, readRules, readUserConfig } from '../../../../../core/common/rules/reading/read-rules.ts';
import { formatRuleIssue } from '../../../../../core/common/rules/reading/rule-issue.ts';

/** Either a value or at least one issue that can be formatted and lies within the text. */
function holds(source: string, result: Checked<unknown>): void {
  if ('value' in result) return;
  expect(result.issues.length).toBeGreaterThan(0);
  for (const issue of result.issues) {
    expect(formatRuleIssue('f', issue)).toContain(issue.message);
    expect(issue.line).toBeLessThanOrEqual(source.split(/\r\n|\r|\n/).length);
  }
}

function readBothWays(source: string): void {
  for (const format of ['json', 'yaml'] as const) {
    const rules = readRules(source, format);
    holds(source, rules);
    holds(source, readUserConfig(source, format));
    if ('value' in rules)
      compilePolicy({ source: undefined, rules: rules.value }, { nocase: false, home: undefined }, linearPattern);
  }
}

const piece = fc.constantFrom(
  ...'{}[]:,"\'#&*!|>-?%@`\n\t \\~0',
  '"condition"',
  'condition: ',
  '- ',
  '  ',
  '"rules": ',
  'cost_usd > 5',
  'file_path matches "x"',
  '"action": "kill"',
  'action: kill\n',
  '"glob"',
  'threshold: ',
  'null',
  '1e999',
  '---\n',
  '&a ',
  '*a',
  '<<: ',
  '!!str ',
  '/*',
  '//',
  '\u0000',
  '\ud800',
);

test('text that looks like JSON or YAML gives rules or issues, never an exception', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 25 }).map((all) => all.join('')),
      readBothWays,
    ),
    { numRuns: 3000 },
  );
});

test('any JSON value gives rules or issues', () => {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.array(
      fc.dictionary(
        fc.constantFrom('name', 'condition', 'threshold', 'glob', 'action', 'notify', '__proto__', 'toString'),
        fc.oneof(
          fc.jsonValue({ maxDepth: 1 }),
          fc.constantFrom('kill', 'cost_usd', 'file_path', 'errors > 5', 'command matches "x"', 5),
        ),
      ),
    ),
  );
  fc.assert(
    fc.property(
      value.map((each) => JSON.stringify(each)),
      readBothWays,
    ),
    { numRuns: 2000 },
  );
});

test('what is valid JSON means the same when read as YAML', () => {
  const rule = fc.record({
    name: fc.stringMatching(/^[a-z]{1,8}$/),
    condition: fc.constantFrom('cost_usd > 5', 'file_path matches "**/.env*"', "command matches 'rm -rf *'"),
    action: fc.constantFrom('alert', 'pause', 'kill'),
  });
  fc.assert(
    fc.property(fc.uniqueArray(rule, { selector: ({ name }) => name }), fc.boolean(), (rules, pretty) => {
      const source = JSON.stringify(rules, undefined, pretty ? 2 : undefined);
      expect(readRules(source, 'yaml')).toEqual(readRules(source, 'json'));
      expect(readRules(source, 'json')).toHaveProperty('value');
    }),
  );
});
