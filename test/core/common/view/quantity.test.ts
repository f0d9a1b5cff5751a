import { expect, test } from 'vitest';
import { formatCount, formatDuration } from '../../../../core/common/view/quantity.ts';

test.each([
  [0, '0 ms'],
  [340.4, '340 ms'],
  [999.4, '999 ms'],
  [1000, '1.0 s'],
  [1290, '1.2 s'],
  [9999, '9.9 s'],
  [42_900, '42 s'],
  [187_000, '3m 07s'],
  [7_500_000, '2h 05m'],
  [-5, '0 ms'],
  [Number.NaN, '0 ms'],
])('%d ms is shown as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [0, '0'],
  [850, '850'],
  [1000, '1.0k'],
  [1249, '1.2k'],
  [9949, '9.9k'],
  [9950, '10k'],
  [45_400, '45k'],
  [999_499, '999k'],
  [999_500, '1.0M'],
  [12_345_678, '12M'],
])('%d is shown as %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});
