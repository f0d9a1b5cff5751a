import { expect, test } from 'vitest';
import type { StreamKind } from '../../../core/common/view/stream-line.ts';
import { rowWidth } from '../../../watcher-cli/view/row.ts';
import { clockTime, streamRow } from '../../../watcher-cli/view/stream-row.ts';
import { madeUpLine, NOW } from './made-up.ts';

const shown = (columns: number, ...line: Parameters<typeof madeUpLine>) =>
  streamRow(madeUpLine(...line), columns)
    .map((part) => part.text)
    .join('');

test('a line has its time, its session, a sign of its kind and its text; narrow terminals lose the first two', () => {
  expect(shown(80, 'Bash npm test')).toBe(`${clockTime(NOW)} 0c7e91a2 → Bash npm test`);
  expect(shown(49, 'Bash npm test')).toBe('0c7e91a2 → Bash npm test');
  expect(shown(25, 'Bash npm test')).toBe('→ Bash npm test');
  expect(shown(12, 'Bash npm test')).toBe('→ Bash npm …');
});

test('a line of no session has no gap where the session would stand', () => {
  expect(shown(49, 'watching', { session: '', kind: 'note' })).toBe('· watching');
});

test('kinds can be told apart without colours, and a failed result from a good one', () => {
  const kinds: StreamKind[] = [
    'prompt',
    'response',
    'call',
    'result',
    'request',
    'file',
    'session',
    'note',
    'decision',
  ];
  expect(new Set(kinds.map((kind) => shown(20, 'x', { kind }))).size).toBe(kinds.length);
  expect(shown(20, 'x', { kind: 'result', tone: 'bad' })).toBe('✗ x');
});

test('no line is wider than the terminal or brings controls, whatever is in it', () => {
  for (let columns = 1; columns <= 120; columns++) {
    const row = streamRow(madeUpLine('\x1b[2J日本👍\r\n\u202e'.repeat(30), { session: '\x1b]0;x\x07' }), columns);
    expect(rowWidth(row)).toBeLessThanOrEqual(columns);
    expect(row.map((part) => part.text).join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

test('a time that is none is shown as one', () => {
  expect(clockTime(Number.NaN)).toBe('--:--:--');
  expect(clockTime(1e300)).toBe('--:--:--');
  expect(clockTime(NOW)).toMatch(/^\d\d:\d\d:\d\d$/);
});
