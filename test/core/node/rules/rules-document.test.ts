import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { formatExpression } from '../../../../core/common/rules/language/format-expression.ts';
import { FUNCTIONS } from '../../../../core/common/rules/language/functions.ts';
import { VARIABLES } from '../../../../core/common/rules/language/variables.ts';
import { GLOB_VARIABLES, LIMIT_VARIABLES } from '../../../../core/common/rules/reading/condition.ts';
import { readRules, readUserConfig } from '../../../../core/common/rules/reading/read-rules.ts';
import { CHOICES, FILE_FIELDS, RULE_FIELDS } from '../../../../core/common/rules/reading/rule-fields.ts';

const text = readFileSync(path.join(import.meta.dirname, '../../../../docs/rules.md'), 'utf8');
const examples = [...text.matchAll(/^```(json|yaml)( config)?\n(.*?)^```$/gms)].map(
  ([, format, config, source]) => [source ?? '', format === 'json' ? 'json' : 'yaml', config] as const,
);

test.each(examples)('the documented example is accepted: %s', (source, format, config) => {
  const result = config ? readUserConfig(source, format) : readRules(source, format);
  expect(result).toHaveProperty('value');
});

test('the rules in the README are accepted', () => {
  const readme = readFileSync(path.join(import.meta.dirname, '../../../../README.md'), 'utf8');
  const source = /^ {2}```yaml\n(.*?)^ {2}```$/ms.exec(readme)?.[1]?.replaceAll(/^ {2}/gm, '') ?? '';
  expect(readRules(source, 'yaml')).toHaveProperty('value');
});

test('the tables of fields, actions, variables and functions say what the checker goes by', () => {
  expect(text).toContain(table('Field', '', Object.entries(RULE_FIELDS)));
  expect(text).toContain(table('Field of the file', '', Object.entries(FILE_FIELDS)));
  expect(text).toContain(table('Action', 'When the rule is broken', Object.entries(CHOICES.action)));
  expect(text).toContain(table('Mode', '', Object.entries(CHOICES.mode)));
  expect(text).toContain(table('Repeat', 'The rule is broken', Object.entries(CHOICES.repeat)));
  expect(text).toContain(table('Fail', 'When no answer comes', Object.entries(CHOICES.fail)));
  const variables = Object.entries(VARIABLES).map(([name, { meaning }]) => [name, meaning] as const);
  expect(text).toContain(table('Variable', 'Value', variables));
  const functions = Object.values(FUNCTIONS).map(({ example, meaning }) => [example, meaning] as const);
  expect(text).toContain(table('Function', 'Value', functions));
});

test.each([...Object.values(VARIABLES), ...Object.values(FUNCTIONS)])(
  'the example of a variable or function is accepted: $example',
  ({ example }) => {
    expect(readRules(JSON.stringify([{ when: example, action: 'alert' }]), 'json')).toHaveProperty('value');
  },
);

function table(head: string, second: string, rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(([name, meaning]) => `| \`${name.replaceAll('|', '\\|')}\` | ${meaning} |`);
  return [`| ${head} | ${second === '' ? '' : `${second} `}|`, '| --- | --- |', ...lines, ''].join('\n');
}

test('the older form is translated as it is read, and all that it compares is named', () => {
  const older = text.slice(text.indexOf('## The older form'));
  const rows = [...older.matchAll(/^\| `(.*)` \| `(.*)` \|$/gm)].map(([, from = '', to = '']) => [from, to] as const);
  expect(rows).toHaveLength(4);
  for (const [from, to] of rows) {
    const fields = from.startsWith('{') ? from.slice(1, -1) : from;
    const read = readRules(
      `- { action: alert, ${fields.replace(/^condition: (.*[>"].*)$/, "condition: '$1'")} }`,
      'yaml',
    );
    expect('value' in read ? read.value.map(({ when }) => formatExpression(when)) : read).toEqual([to]);
  }
  for (const name of [...Object.keys(LIMIT_VARIABLES), ...Object.keys(GLOB_VARIABLES)]) {
    expect(older).toContain(`\`${name}\``);
  }
});

test('examples were found, and every glob variable is explained', () => {
  expect(examples).toHaveLength(6);
  for (const name of Object.keys(GLOB_VARIABLES)) expect(text).toContain(`### \`${name}\``);
});
