import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ruleSchemas } from '../../../../../core/common/rules/editing/rule-schema.ts';
import {
  CHOICES,
  FILE_FIELDS,
  RULE_FIELDS,
  USER_CONFIG_FIELDS,
} from '../../../../../core/common/rules/reading/rule-fields.ts';
import { RULE_FILE_NAMES } from '../../../../../core/node/rules/rule-file-names.ts';

const { contributes, activationEvents } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../../../../package.json'), 'utf8'),
) as {
  contributes: {
    jsonValidation: readonly { fileMatch: string; url: string }[];
    languages: readonly { id: string; filenames: readonly string[] }[];
  };
  activationEvents: readonly string[];
};

test('each schema is contributed for its file, which is JSON with comments to the editor as it is to the watcher', () => {
  const urls = contributes.jsonValidation.map(({ url }) => url);
  const names = [...Object.keys(ruleSchemas()), 'agent-scope.schema.json'];
  expect(urls).toEqual(names.map((name) => `./dist/schemas/${name}`));
  const json = RULE_FILE_NAMES.filter((name) => name.endsWith('.json'));
  expect(contributes.jsonValidation[0]?.fileMatch).toBe(json.join());
  expect(contributes.languages.find(({ id }) => id === 'jsonc')?.filenames).toEqual(json);
  for (const schema of Object.values(ruleSchemas()))
    expect(schema).toMatchObject({ allowComments: true, allowTrailingCommas: true });
});

test('the extension is there for every name that the watcher finds rules under', () => {
  expect(activationEvents).toEqual(expect.arrayContaining(RULE_FILE_NAMES.map((name) => `workspaceContains:${name}`)));
});

test('every field, action, mode and other choice is in the schemas, with its meaning', () => {
  const rule = { properties: Object.fromEntries(fieldsOf(RULE_FIELDS)) };
  const properties = Object.fromEntries(fieldsOf(USER_CONFIG_FIELDS));
  expect(ruleSchemas()).toMatchObject({
    'watch-rules.schema.json': { definitions: { rule }, properties: Object.fromEntries(fieldsOf(FILE_FIELDS)) },
    'user-config.schema.json': { definitions: { rule }, properties },
  });
  for (const words of Object.values(CHOICES))
    expect(JSON.stringify(ruleSchemas())).toContain(`"enum":${JSON.stringify(Object.keys(words))}`);
});

test('the schemas demand nothing, so that each mistake is told once', () => {
  expect(JSON.stringify(ruleSchemas())).not.toMatch(/"(?:type|required|additionalProperties|pattern|oneOf)":/);
});

function fieldsOf(fields: Readonly<Record<string, string>>) {
  return Object.entries(fields).map(([name, markdownDescription]) => [name, { markdownDescription }]);
}
