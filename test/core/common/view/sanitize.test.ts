import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sanitize } from '../../../../core/common/view/sanitize.ts';

const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

test.each([
  ['an escape sequence', '\x1b[31mred\x1b[0m', '␛[31mred␛[0m'],
  ['a window title', '\x1b]0;title\x07', '␛]0;title␇'],
  ['a backspace and a delete', 'a\bb\x7f', 'a␈b␡'],
  ['8-bit controls', 'a\x9b31mb\x85c', 'a�31mb⏎c'],
  ['every kind of line break', 'a\nb\r\nc\rd\ve\ff\u2028g\u2029h', 'a⏎b⏎c⏎d⏎e⏎f⏎g⏎h'],
  ['a tab', 'a\tb', 'a b'],
  ['bidirectional overrides and isolates', 'a\u202eb\u202cc\u2066d\u2069', 'a�b�c�d�'],
  ['direction marks', 'a\u200eb\u200fc\u061cd', 'abcd'],
  ['zero-width characters', 'a\u200bb\u200cc\u200dd\u2060e\ufefff\u00adg', 'abcdefg'],
  ['characters of tags and variation selectors', 'a\u{e0041}\u{e007f}b\ufe0fc\u{e0100}d', 'abcd'],
  ['fillers that look like nothing', 'a\u3164b\u115fc\uffa0d', 'abcd'],
  ['halves of surrogate pairs', 'a\ud800b\udfffc', 'a�b�c'],
  ['marks piled on a letter', `Z${'\u0335\u0301'.repeat(20)}!`, `Z${'\u0335\u0301'.repeat(2)}!`],
])('%s cannot do anything', (_, text, safe) => {
  expect(sanitize(text)).toBe(safe);
});

test.each(['plain text', 'Grüße, ça va?', '日本語のテキスト', '👍 done', 'नमस्ते', 'e\u0301', ''])(
  '%j is shown as it is',
  (text) => {
    expect(sanitize(text)).toBe(text);
  },
);

test('nothing dangerous is left of any text, and a second time changes nothing', () => {
  const anything = fc.string({ unit: fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)) });
  const nasty = fc.string({
    unit: fc.constantFrom('\x1b', '\x9b', '\n', '\r', '\u202e', '\u200d', '\ud83d', 'a', '\u0301'),
  });
  fc.assert(
    fc.property(fc.oneof(anything, nasty), (text) => {
      const safe = sanitize(text);
      expect(safe).not.toMatch(DANGEROUS);
      expect(sanitize(safe)).toBe(safe);
    }),
    { numRuns: 500 },
  );
});
