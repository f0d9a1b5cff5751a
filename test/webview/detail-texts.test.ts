import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLineKind } from '../../webview/stream/diff-lines.ts';
import { jsonTokens, prettyJson } from '../../webview/stream/json-tokens.ts';
import { safeLines } from '../../webview/stream/safe-lines.ts';

describe('the texts of a detail', () => {
  it('keep every character of a line when it is coloured', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        expect(
          jsonTokens(line)
            .map(({ text }) => text)
            .join(''),
        ).toBe(line);
      }),
    );
  });

  it('tell keys, strings, numbers and words apart', () => {
    expect(jsonTokens('  "a": ["b\\"", -1.5e3, true, null],')).toEqual([
      { kind: 'plain', text: '  ' },
      { kind: 'key', text: '"a"' },
      { kind: 'plain', text: ':' },
      { kind: 'plain', text: ' [' },
      { kind: 'string', text: '"b\\""' },
      { kind: 'plain', text: ', ' },
      { kind: 'number', text: '-1.5e3' },
      { kind: 'plain', text: ', ' },
      { kind: 'word', text: 'true' },
      { kind: 'plain', text: ', ' },
      { kind: 'word', text: 'null' },
      { kind: 'plain', text: '],' },
    ]);
  });

  it('are shown as they are where they are no JSON', () => {
    expect(prettyJson('{"a":')).toBe('{"a":');
    expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  });

  it('are told apart in a diff', () => {
    const lines = ['diff --git a/x b/x', '--- a/x', '+++ b/x', '@@ -1 +1 @@', ' same', '-old', '+new', ''];
    expect(lines.map(diffLineKind)).toEqual(['head', 'head', 'head', 'hunk', 'same', 'removed', 'added', 'same']);
  });

  it('keep lines and tabs, and nothing that reorders them', () => {
    expect(safeLines('a\tb\r\n\u202ec\n\u001b[1m')).toEqual(['a\tb', '\ufffdc', '\u241b[1m']);
  });
});
