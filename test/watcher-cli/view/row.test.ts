import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { sanitize } from '../../../core/common/view/sanitize.ts';
import { clip, clipRow, rowWidth, span, widthOf } from '../../../watcher-cli/view/row.ts';

const text = (row: readonly { text: string }[]) => row.map((part) => part.text).join('');

test('wide characters and emoji take two columns, marks none', () => {
  expect(widthOf('abc')).toBe(3);
  expect(widthOf('日本')).toBe(4);
  expect(widthOf('👍')).toBe(2);
  expect(widthOf('e\u0301')).toBe(1);
});

test('characters that are measured the short way have the width of the long way', () => {
  for (let code = 0x20; code < 0x3000; code++) {
    const character = sanitize(String.fromCharCode(code));
    expect(widthOf(character), character).toBe(stringWidth(character));
  }
});

test('a text that does not fit ends with an ellipsis, and no wide character is cut in half', () => {
  expect(clip('abcdef', 6)).toBe('abcdef');
  expect(clip('abcdef', 5)).toBe('abcd…');
  expect(clip('日本語', 5)).toBe('日本…');
  expect(clip('日本語', 4)).toBe('日…');
  expect(clip('👍👍', 1)).toBe('…');
  expect(clip('abc', 0)).toBe('');
});

test('a row is cut across its spans and keeps their tones', () => {
  const row = [span('12:00 ', 'quiet'), span('abcdef', 'bad')];
  expect(clipRow(row, 12)).toBe(row);
  expect(clipRow(row, 9)).toEqual([
    { text: '12:00 ', tone: 'quiet' },
    { text: 'ab', tone: 'bad' },
    { text: '…', tone: 'quiet' },
  ]);
  expect(text(clipRow(row, 6))).toBe('12:00…');
  expect(clipRow(row, 0)).toEqual([]);
});

test('no row is ever wider than the room it has', () => {
  const part = fc.string({ unit: fc.constantFrom('a', ' ', '日', '👍', 'é', '\x1b', '\n', '\u202e') });
  fc.assert(
    fc.property(fc.array(part), fc.nat(40), (parts, columns) => {
      const row = clipRow(
        parts.map((one) => span(one)),
        columns,
      );
      expect(rowWidth(row)).toBeLessThanOrEqual(columns);
      expect(text(row)).not.toMatch(/\p{Cc}/u);
    }),
  );
});
