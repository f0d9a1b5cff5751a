import { expect, test } from 'vitest';
import { ruleHover } from '../../../../../core/common/rules/editing/rule-hover.ts';
import type { RuleFormat } from '../../../../../core/common/rules/reading/read-rules.ts';

/** What is said at `|`: the word, and how it is explained. */
function hover(marked: string, format: RuleFormat): string | undefined {
  const offset = marked.indexOf('|');
  const source = marked.replace('|', '');
  const found = ruleHover(source, format, offset);
  return found && `${source.slice(found.offset, found.offset + found.length)}: ${found.markdown}`;
}

test.each<[string, RuleFormat, string]>([
  ['[{ "condition": "cost|_usd > 5" }]', 'json', 'cost_usd: `cost_usd`: US dollars spent by the session'],
  ['{ "rules": [{ "condition": "errors |> 5" }] }', 'json', '>: broken by a value **greater** than the limit'],
  ['[{ "condition": "command mat|ches \\"x\\"" }]', 'json', 'matches: broken by **each** call'],
  [
    '[{ "when": "tool == \\"x\\" && cost|_usd > 5" }]',
    'json',
    'cost_usd: `cost_usd` (number, of the session): US dollars',
  ],
  ['[{ "when": "command.mat|ches(\'x\')" }]', 'json', 'matches: `string.matches(string): bool`: whether a regular'],
  [
    '- when: wri|tes && !within(path, workspace)\n',
    'yaml',
    'writes: `writes` (yes/no, of a call): whether the call writes',
  ],
  ["- when: '!wit|hin(path, workspace)'\n", 'yaml', 'within: `within(string, string): bool`: whether a path'],
  ['- when: calls_last(60) > 5 &&\n    err|ors > 1\n', 'yaml', 'errors: `errors` (number, of the session)'],
  ['- condition: file_|path\n', 'yaml', 'file_path: `file_path`: path of the file'],
  ['- cond|ition: file_path\n', 'yaml', 'condition: older form of `when`: `VARIABLE > NUMBER`'],
  ['rules:\n  - action: ki|ll\n', 'yaml', 'kill: `kill`: end the agent'],
  ['fa|il: closed\nrules: []\n', 'yaml', 'fail: what becomes of a call'],
  ['fail: clo|sed\nrules: []\n', 'yaml', 'closed: `closed`: the call does not run'],
  ['ru|les: []\n', 'yaml', 'rules: required: the list of rules'],
])('explains the word: %s', (marked, format, expected) => {
  expect(hover(marked, format)).toContain(expected);
});

test.each<[string, RuleFormat]>([
  ['[{ "condition": "cost_us|d_more > 5" }]', 'json'],
  ['[{ "condition": "cost_usd > |5" }]', 'json'],
  ['[{ "condition": "cost_usd mat|ches 5" }]', 'json'],
  ['[{ "notify": "cost|_usd > 5" }]', 'json'],
  ['[{ "act|ion": "kill" }]', 'json'],
  ['{ "cond|ition": "errors" }', 'yaml'],
  ['- notify: |\n    condi|tion: cost_usd\n'.replace('|\n', '>\n'), 'yaml'],
  ['[{ "condition": "cost|_usd', 'json'],
  ['[{ "when": "command == \\"err|ors\\"" }]', 'json'],
  ['- when: command == "err|ors"\n', 'yaml'],
  ['- when: cost_us|d_more > 5\n', 'yaml'],
  ['- when: contai|ns > 5\n', 'yaml'],
])('says nothing of anything else: %s', (marked, format) => {
  expect(hover(marked, format)).toBeUndefined();
});
