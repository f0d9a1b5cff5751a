import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance } from '../../../../../core/common/rules/did-you-mean.ts';
import { readRules } from '../../../../../core/common/rules/reading/read-rules.ts';
import { formatRuleIssue, shorten, toIssues } from '../../../../../core/common/rules/reading/rule-issue.ts';

function formatted(source: string): string {
  const result = readRules(source, 'json');
  return 'issues' in result ? result.issues.map((issue) => formatRuleIssue('rules.json', issue)).join('\n') : '';
}

describe('a formatted issue', () => {
  test('has file, line, column, message, the line with a caret, and what would be right', () => {
    expect(formatted('[\n  { "condition": "files_modified > ten", "action": "pause" }\n]')).toBe(
      [
        'rules.json:2:36: bad number for files_modified',
        '    { "condition": "files_modified > ten", "action": "pause" }',
        '                                     ^^^',
        '  write a number such as 10',
      ].join('\n'),
    );
  });

  test('puts the caret right behind tabs, wide characters and on Windows line ends', () => {
    const [issue] = toIssues('a\r\n\t\u{1f600} x\r\n', [{ span: { offset: 7, length: 1 }, message: 'm', hint: 'h' }]);
    expect(issue).toMatchObject({
      line: 2,
      column: 5,
      text: 'x',
      excerpt: { text: ' \u{1f600} x', before: 3, length: 1 },
    });
  });

  test('shows a window of a long line', () => {
    const source = `[${' '.repeat(500)}5${' '.repeat(500)}]`;
    const lines = formatted(source).split('\n');
    expect(lines.map((line) => line.length).every((length) => length < 120)).toBe(true);
    expect(lines[1]?.[lines[2]?.indexOf('^') ?? 0]).toBe('5');
  });

  test('of the file as a whole has no line', () => {
    expect(formatRuleIssue('f', { line: 0, column: 0, text: '', message: 'm', hint: 'h' })).toBe('f: m\n  h');
  });

  test('lets no control characters through to a terminal', () => {
    const text = formatted('[{"condition": "errors > 5", "action": "\u001b]0;x\u0007\u202e", "x\u009b": 1}]');
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain('^');
    const escaped = [
      'errors > \\u001b[2J',
      'file_path matches \\u001b[2J',
      '\\u001b[2J > 5',
      "file_path matches '+(\\u001b[2J)'",
    ];
    for (const condition of escaped)
      expect(formatted(`[{"condition": "${condition}", "action": "\\u001b[2J"}]`)).not.toContain('\u001b');
  });
});

test('a shortened text is one printable line of at most so many characters', () => {
  expect(shorten(' a\n\tb\u001b ', 10)).toBe('a b?');
  expect(shorten('\u{1f600}'.repeat(20), 5)).toBe(`${'\u{1f600}'.repeat(4)}…`);
  expect(shorten('x'.repeat(1_000_000), 5)).toBe('xxxx…');
});

test('a suggestion is the nearest word, if one is near', () => {
  expect(didYouMean('Kil', ['alert', 'pause', 'kill'])).toBe('did you mean "kill"? ');
  expect(didYouMean('cost_uds', ['cost_usd', 'errors'])).toBe('did you mean "cost_usd"? ');
  expect(didYouMean('banana', ['alert', 'pause', 'kill'])).toBe('');
  expect(didYouMean('', ['a', 'kill'])).toBe('did you mean "a"? ');
  expect([editDistance('', 'abc'), editDistance('ab', 'ba'), editDistance('kitten', 'sitting')]).toEqual([3, 1, 3]);
});
