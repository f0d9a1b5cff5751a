import { expect, test } from 'vitest';
import { painter, wantsColors } from '../../../watcher-cli/view/colors.ts';
import { span } from '../../../watcher-cli/view/row.ts';

test.each([
  ['a terminal', {}, true, true],
  ['no terminal', {}, false, false],
  ['a terminal that can do nothing', { TERM: 'dumb' }, true, false],
  ['a terminal with NO_COLOR', { NO_COLOR: '1' }, true, false],
  ['a terminal with an empty NO_COLOR', { NO_COLOR: '' }, true, true],
  ['a pipe with FORCE_COLOR', { FORCE_COLOR: '1' }, false, true],
  ['a terminal with FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
  ['both set', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
])('%s: colours as people expect them', (_, env, isTerminal, expected) => {
  expect(wantsColors(env, isTerminal)).toBe(expected);
});

test('without colours a row is its text', () => {
  expect(painter(false)([span('a', 'bad'), span(' b', 'quiet')])).toBe('a b');
});

test('with colours only the tones change the text, and each ends where it began', () => {
  expect(painter(true)([span('a', 'good'), span(' ', 'bad'), span('b')])).toBe('\x1b[32ma\x1b[39m b');
});
