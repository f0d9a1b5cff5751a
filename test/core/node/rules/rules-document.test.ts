import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readRules, readUserConfig } from '../../../../core/common/rules/read-rules.ts';
import { GLOB_VARIABLES, LIMIT_VARIABLES } from '../../../../core/common/rules/rule.ts';

const text = readFileSync(path.join(import.meta.dirname, '../../../../docs/rules.md'), 'utf8');
const examples = [...text.matchAll(/^```(json|yaml)( config)?\n(.*?)^```$/gms)].map(
  ([, format, config, source]) => [source ?? '', format === 'json' ? 'json' : 'yaml', config] as const,
);

test.each(examples)('the documented example is accepted: %s', (source, format, config) => {
  const result = config ? readUserConfig(source, format) : readRules(source, format);
  expect(result).toHaveProperty('value');
});

test('examples were found, and every variable is documented', () => {
  expect(examples).toHaveLength(4);
  for (const name of Object.keys(LIMIT_VARIABLES)) expect(text).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
  for (const name of Object.keys(GLOB_VARIABLES)) expect(text).toContain(`### \`${name}\``);
});
