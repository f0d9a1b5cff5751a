import { describe, expect, it } from 'vitest';
import type { FileMark } from '../../../../core/common/view/file-marks.ts';
import type { LineChange } from '../../../../core/common/view/line-shift.ts';
import { markCounts, markLabel } from '../../../../core/common/view/mark-counts.ts';
import { markedSegments, placeMarks } from '../../../../core/common/view/mark-lines.ts';
import { marksMarkdown } from '../../../../core/common/view/mark-markdown.ts';

function mark(
  kind: FileMark['kind'],
  callId: string,
  startLine: number,
  endLine: number,
  change?: LineChange,
): FileMark {
  return { kind, startLine, endLine, callId, tool: 'Tool', startedAt: 1, at: 2, ...(change ? { change } : {}) };
}

describe('marked segments', () => {
  it.each([
    [
      'keep apart what does not touch',
      [mark('read', 'a', 2, 3), mark('read', 'b', 6, 7)],
      ['read 2-3 a', 'read 6-7 b'],
    ],
    [
      'show written lines as written, whichever came first',
      [mark('modified', 'a', 3, 4), mark('read', 'b', 1, 6)],
      ['read 1-2 b', 'modified 3-4 ba', 'read 5-6 b'],
    ],
    ['cover a whole file', [mark('read', 'a', 0, 0)], ['read 1-10 a']],
    ['go to the end', [mark('read', 'a', 8, 0)], ['read 8-10 a']],
    ['end with the file', [mark('read', 'a', 9, 30)], ['read 9-10 a']],
    ['leave out what was read beyond the end', [mark('read', 'a', 20, 30)], []],
    ['show on the last line what was taken out at the end', [mark('modified', 'a', 11, 11)], ['modified 10-10 a']],
  ])('%s', (_, marks, expected) => {
    const segments = markedSegments(marks, 10);
    const told = segments.map(
      ({ kind, startLine, endLine, marks }) =>
        `${kind} ${startLine}-${endLine} ${marks.map((each) => each.callId).join('')}`,
    );
    expect(told).toEqual(expected);
  });
});

it('marks of earlier calls move with what later calls wrote', () => {
  const grow = { startLine: 5, endLine: 4, addedLines: 10 };
  const marks = [
    mark('read', 'a', 8, 9),
    mark('read', 'b', 1, 2),
    mark('modified', 'c', 5, 14, grow),
    mark('read', 'd', 8, 9),
  ];
  const lines = placeMarks(marks).map(({ callId, startLine, endLine }) => [callId, startLine, endLine]);
  expect(lines).toEqual([
    ['a', 18, 19],
    ['b', 1, 2],
    ['c', 5, 14],
    ['d', 8, 9],
  ]);
});

it.each([
  [[], ''],
  [[mark('read', 'a', 1, 2), mark('read', 'b', 1, 2)], 'agent read 2x'],
  [[mark('modified', 'a', 1, 2), mark('modified', 'a', 5, 6)], 'agent modified 1x'],
  [[mark('read', 'a', 1, 2), mark('modified', 'b', 1, 2)], 'agent read 1x, modified 1x'],
])('the label counts calls, not places', (marks, label) => {
  expect(markLabel(markCounts(marks))).toBe(label);
});

it('the hover names each call once, shows no markup of the trace, and links to nothing but the event', () => {
  const hostile = { ...mark('read', 'e)[x](command:evil', 1, 2), tool: '[x](command:evil)\n<b>', sessionId: 's' };
  const text = marksMarkdown([hostile, hostile], (at) => `at ${at}`);
  expect(text.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(1);
  expect(text.match(/\]\([^)]*\)/g)).toEqual([
    '](command:agentTrace.revealEvent?%5B%22s%22%2C%22e%29%5Bx%5D%28command%3Aevil%22%5D)',
  ]);
  expect(text).not.toContain('<b>');
  expect(text).toContain('⏎');
  expect(text).toContain('at 2');
});
