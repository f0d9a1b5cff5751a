import { describe, expect, test } from 'vitest';
import { completeWhen } from '../../../../../core/common/rules/editing/complete-when.ts';
import { AGENT_NAMES, TOOL_NAMES } from '../../../../../core/common/rules/editing/known-words.ts';
import type { RuleCompletion } from '../../../../../core/common/rules/editing/rule-completion.ts';
import { VARIABLE_NAMES } from '../../../../../core/common/rules/language/variables.ts';
import { readRules } from '../../../../../core/common/rules/reading/read-rules.ts';
import { operationOf } from '../../../../../core/common/session/operation.ts';

/** `^` in the line is the cursor. */
function offers(marked: string): readonly RuleCompletion[] {
  return completeWhen(marked.replace('^', ''), marked.indexOf('^')) ?? [];
}

const labels = (marked: string) => offers(marked).map(({ label }) => label);

/** The line after an offer was taken, its placeholders left as they are. */
function taken(marked: string, label: string): string {
  const offer = offers(marked).find((each) => each.label === label);
  if (!offer) throw new Error(`${label} is not offered, but ${labels(marked)}`);
  const inserted = offer.snippet
    .replace(/\$\{\d+:((?:\\.|[^}])*)\}/g, '$1')
    .replace(/(?<!\\)\$\d/g, '')
    .replace(/\\([\\$}])/g, '$1');
  const line = marked.replace('^', '');
  return line.slice(0, offer.from) + inserted + line.slice(offer.to);
}

const FUNCTIONS = ['glob', 'within', 'hostOf', 'calls_last', 'cost_last', 'size'];

describe('where a value may begin', () => {
  test.each([
    '{ "when": "^" }',
    '{ "name": "when", "when": "  cos^',
    '  - when: ^',
    "- { action: kill, when: 'fi^' }",
    '"when": "tool == \\"Bash\\" && ^"',
    '"when": "!^',
    '- when: (^',
    '- when: cost_usd > 5 ||^',
    '- when: within(path, ^)',
    '- when: tool in [^]',
  ])('variables and functions are offered: %s', (marked) => {
    expect(labels(marked)).toEqual([...VARIABLE_NAMES, ...FUNCTIONS]);
  });

  test.each([
    ['{ "when": "^" }', 'cost_usd', '{ "when": "cost_usd > 5" }'],
    ['{ "when": "^" }', 'tool', '{ "when": "tool" }'],
    ['{ "when": "co^" }', 'glob', `{ "when": "glob(file_path, '**/.env*')" }`],
    ['- when: ^', 'glob', '- when: glob(file_path, "**/.env*")'],
    ['- when: sensitive && co^', 'cost_usd', '- when: sensitive && cost_usd'],
    ['- when: er^r > 5', 'errors', '- when: errors > 5'],
    ['- when: ^', 'calls_last', '- when: calls_last(60) > 100'],
  ])('%s and %s become %s', (marked, label, expected) => {
    expect(taken(marked, label)).toBe(expected);
  });
});

describe('behind a value', () => {
  test.each([
    ['- when: cost_usd ^', ['>', '>=', '<', '<=', '==']],
    ['{ "when": "tool ^" }', ['==', '!=', 'in']],
    ['- when: calls_last(60) ^', ['>', '>=', '<', '<=', '==']],
    ['- when: sensitive ^', ['&&', '||']],
    ['- when: cost_usd > 5 ^', ['&&', '||']],
    ['- when: tool == "Bash" ^', ['&&', '||']],
    ['- when: sensitive && cost_usd ^', ['>', '>=', '<', '<=', '==']],
    ['- when: glob(command, "x") ^', ['&&', '||']],
  ])('what may follow is offered: %s', (marked, expected) => {
    expect(labels(marked)).toEqual(expected);
  });

  test.each([
    ['{ "when": "command.^" }', 'matches', `{ "when": "command.matches('')" }`],
    ['- when: command.st^', 'startsWith', '- when: command.startsWith("")'],
    ['- when: command.^', 'lowerAscii', '- when: command.lowerAscii()'],
    ['- when: tool ^', 'in', '- when: tool in []'],
  ])('%s and %s become %s', (marked, label, expected) => {
    expect(taken(marked, label)).toBe(expected);
  });
});

describe('in quotes', () => {
  test.each([
    '- when: tool == "^"',
    '- when: tool != "^',
    '- when: tool in ["Read", "^"]',
    '{ "when": "tool == \\"^\\"" }',
    `{ "when": "tool == '^'" }`,
  ])('tools are offered by name: %s', (marked) => {
    expect(labels(marked)).toEqual(Object.keys(TOOL_NAMES));
  });

  test('agents and globs are offered', () => {
    expect(labels('- when: agent == "^"')).toEqual(Object.keys(AGENT_NAMES));
    expect(labels('- when: glob(file_path, "^")')).toContain('**/.env*');
    expect(labels('- when: glob(command, ["rm", "^"])')).toContain('rm -rf *');
  });

  test.each([
    ['{ "when": "tool == \\"^\\"" }', 'Bash', '{ "when": "tool == \\"Bash\\"" }'],
    ['- when: tool in ["Re^ad"]', 'Write', '- when: tool in ["Write"]'],
    ["- when: tool == 'B^", 'Bash', "- when: tool == 'Bash"],
  ])('%s and %s become %s', (marked, label, expected) => {
    expect(taken(marked, label)).toBe(expected);
  });

  test.each(['- when: host == "^"', '- when: command.matches("^', '- when: glob(tool, "^")'])(
    'nothing is offered where anything may stand: %s',
    (marked) => {
      expect(labels(marked)).toEqual([]);
    },
  );
});

test.each(['{ "condition": "^" }', '- action: ^', '# ^', '{ "when": "sensitive" ^}', '- when: [^'])(
  'it is none of its business: %s',
  (marked) => {
    expect(completeWhen(marked.replace('^', ''), marked.indexOf('^'))).toBeUndefined();
  },
);

test.each(['{ "when": "^", "action": "kill" }', `{ "when": "sensitive && ^", "action": "kill" }`])(
  'whatever is offered there and says yes or no is accepted: %s',
  (marked) => {
    const all = labels(marked);
    const accepted = all.filter((label) => 'value' in readRules(`[${taken(marked, label)}]`, 'json'));
    expect(accepted).toEqual(expect.arrayContaining(['sensitive', 'glob', 'within', 'calls_last', 'cost_last']));
  },
);

test('the tools that are offered do what is said of them', () => {
  const kinds = (pattern: RegExp, args: object) =>
    Object.entries(TOOL_NAMES).flatMap(([name, meaning]) =>
      pattern.test(meaning) ? [operationOf(name, args).kind] : [],
    );
  expect(new Set(kinds(/runs a shell/, { command: 'ls' }))).toEqual(new Set(['command']));
  expect(new Set(kinds(/reads a file/, { file_path: 'a' }))).toEqual(new Set(['read']));
  expect(new Set(kinds(/(?:writes|changes) /, { file_path: 'a' }))).toEqual(new Set(['write']));
});
