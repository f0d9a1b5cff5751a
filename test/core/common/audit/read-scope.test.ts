import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScope } from '../../../../core/common/audit/read-scope.ts';
import { SCOPE_FIELDS } from '../../../../core/common/audit/scope.ts';
import { scopeSchema } from '../../../../core/common/audit/scope-schema.ts';
import { formatRuleIssue } from '../../../../core/common/rules/reading/rule-issue.ts';

function issues(source: string): readonly string[] {
  const checked = readScope(source);
  return 'issues' in checked ? checked.issues.map((issue) => formatRuleIssue('p.json', issue)) : [];
}

function scope(source: string) {
  const checked = readScope(source);
  if ('issues' in checked) throw new Error(JSON.stringify(checked.issues));
  return checked.value;
}

describe('a policy file', () => {
  it('has the format of agent-strace, with the place of each pattern', () => {
    const { read, write, commands, network } = scope(`{
  "files": {
    "read":  { "allow": ["src/**", "tests/**"], "deny": [".env"] },
    "write": { "allow": ["src/**"], "deny": [".github/**"] }
  },
  "commands": {
    "allow": ["pytest", "uv run", "cat"],
    "deny":  ["curl", "wget", "rm -rf"]
  },
  "network": { "deny_all": true, "allow": ["localhost"] }
}`);
    expect(read.allow?.patterns.map(({ text }) => text)).toEqual(['src/**', 'tests/**']);
    expect(read.deny).toEqual([{ field: 'files.read.deny[0]', text: '.env', line: 3, column: 58 }]);
    expect(write.allow).toMatchObject({ line: 4, column: 25 });
    expect(commands.deny[2]).toEqual({ field: 'commands.deny[2]', text: 'rm -rf', line: 8, column: 31 });
    expect(network).toMatchObject({ denyAll: { line: 10, column: 28 }, allow: { patterns: [{ text: 'localhost' }] } });
  });

  it('restricts nothing by an empty list, and no host where deny_all is false', () => {
    expect(scope('{ "files": { "read": { "allow": [] } } }').read.allow).toBeUndefined();
    expect(scope('{ "network": { "deny_all": false, "allow": ["a.example"] } }').network).toMatchObject({
      allow: undefined,
      denyAll: undefined,
    });
    expect(scope('{ "network": { "allow": ["a.example"] } }').network.allow?.patterns).toHaveLength(1);
  });

  it.each([
    ['{ "file": {} }', ['p.json:1:3: unknown field "file"', 'did you mean "files"?']],
    ['{ "files": { "reed": {} } }', ['p.json:1:14: unknown field "reed"', 'did you mean "read"?']],
    ['{ "files": { "deny": [] } }', ['p.json:1:14: the field "deny" does not belong here']],
    ['{ "read": {} }', ['p.json:1:3: the field "read" does not belong here', '"files": { "read": { ... } }']],
    ['{ "commands": { "dney": [] } }', ['p.json:1:17: unknown field "dney"', 'did you mean "deny"?']],
    ['{ "commands": ["ls"] }', ['p.json:1:15: "commands" is a list']],
    ['{ "commands": { "deny": "ls" } }', ['p.json:1:25: "commands.deny" is a text']],
    ['{ "commands": { "deny": [1] } }', ['p.json:1:26: an entry of "commands.deny" is a number']],
    ['{ "commands": { "deny": [" "] } }', ['p.json:1:26: an empty glob']],
    ['{ "files": { "read": { "deny": ["!x"] } } }', ['p.json:1:33: a glob that excludes']],
    ['{ "network": { "deny_all": "yes" } }', ['p.json:1:28: "network.deny_all" is a text', 'true or false']],
    ['{ "network": { "allow": ["https://a.example/x"] } }', ['p.json:1:26: no host', 'write "a.example"']],
    ['[]', ['p.json:1:1: a policy file is a list']],
    ['', ['p.json:1:1: the file is empty', 'write {} when everything is allowed']],
    ['{ "files": {} "commands": {} }', ['p.json:1:15: not JSON: a comma is missing']],
  ])('says what is wrong in %s, and where', (source, texts) => {
    const found = issues(source);
    expect(found).toHaveLength(1);
    for (const text of texts) expect(found[0]).toContain(text);
  });

  it('says all that is wrong at once', () => {
    expect(issues('{ "x": 1, "commands": { "deny": [1, 2], "y": 1 } }')).toHaveLength(4);
  });

  it('has each field in docs/audit.md, in the words of the schema', () => {
    const docs = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/audit.md'), 'utf8');
    for (const [field, meaning] of Object.entries(SCOPE_FIELDS))
      expect(docs).toContain(`| \`${field}\` | ${meaning} |`);
  });

  it('has a schema with each field that the checker knows, and no other', () => {
    type Schema = { properties?: Record<string, Schema>; additionalProperties?: boolean };
    const paths = (schema: Schema, parent: string): readonly string[] =>
      Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => [
        `${parent}${name}`,
        ...paths(inner, `${parent}${name}.`),
      ]);
    expect(paths(scopeSchema(), '').toSorted()).toEqual(Object.keys(SCOPE_FIELDS).toSorted());
    expect(scopeSchema()).toMatchObject({ additionalProperties: false });
  });
});
