import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineChange, shiftLines } from '../../../../core/common/view/line-shift.ts';

describe('lines after a change', () => {
  it.each([
    ['above moves them down', [10, 12], [5, 4, 3], [13, 15]],
    ['at their first line, in front of it, moves them down', [10, 12], [10, 9, 1], [11, 13]],
    ['inside makes them longer', [10, 12], [11, 10, 2], [10, 14]],
    ['below leaves them', [10, 12], [13, 12, 2], [10, 12]],
    ['that takes out lines above moves them up', [10, 12], [2, 4, 0], [7, 9]],
    ['that takes out some of them makes them shorter', [10, 12], [12, 14, 0], [10, 11]],
    ['that takes out the first of them makes them shorter', [10, 12], [8, 10, 0], [8, 9]],
    ['that takes them all out ends them', [10, 12], [9, 12, 0], undefined],
    ['that replaces them by as many leaves them', [10, 12], [10, 12, 3], [10, 12]],
    ['that replaces them by fewer makes them shorter', [10, 12], [10, 12, 1], [10, 10]],
    ['above moves the first line of an open end', [10, 0], [1, 0, 2], [12, 0]],
    ['inside an open end leaves it', [10, 0], [12, 14, 0], [10, 0]],
    ['of a whole file leaves it whole', [0, 0], [1, 5, 0], [0, 0]],
  ] as const)('a change %s', (_, [startLine, endLine], [from, to, addedLines], expected) => {
    const shifted = shiftLines({ startLine, endLine }, { startLine: from, endLine: to, addedLines });
    expect(shifted).toEqual(expected && { startLine: expected[0], endLine: expected[1] });
  });

  it('are the same lines: what was marked and is left is marked, what was not marked and is left is not', () => {
    const ranges = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(ranges, ranges, fc.integer({ min: 0, max: 8 }), ([start, length], [at, removed], added) => {
        const text = Array.from({ length: 60 }, (_, index) => index + 1);
        const endLine = start + length;
        const change = { startLine: at, endLine: at + removed - 1, addedLines: added };
        const shifted = shiftLines({ startLine: start, endLine }, change);
        const after = text.toSpliced(at - 1, removed, ...Array<number>(added).fill(0));
        const marked = shifted ? after.slice(shifted.startLine - 1, shifted.endLine) : [];
        const left = text.slice(start - 1, endLine).filter((line) => after.includes(line));
        expect(marked.filter((line) => line !== 0)).toEqual(left);
      }),
    );
  });
});

describe('the lines that a change of a text replaces', () => {
  it.each([
    ['letters in a line', [4, 3], [4, 5], 'x', [6, 5, 0]],
    ['letters at the start of a line', [4, 0], [4, 0], 'x', [5, 5, 1]],
    ['a break at the end of a line: what follows moves', [4, 9], [4, 9], '\n', [6, 5, 1]],
    ['a break at the start of a line: the line moves', [4, 0], [4, 0], '\n', [5, 4, 1]],
    ['a break and an indentation at the start of a line', [4, 0], [4, 0], '\r\n  ', [5, 4, 1]],
    ['whole lines put in', [4, 0], [4, 0], 'a\nb\n', [5, 4, 2]],
    ['whole lines taken out', [4, 0], [6, 0], '', [5, 6, 0]],
    ['whole lines replaced', [4, 0], [6, 0], 'a\n', [5, 6, 1]],
    ['two lines joined', [4, 9], [5, 0], '', [6, 6, 0]],
    ['a part of two lines replaced by a part of one', [4, 2], [5, 3], 'x', [6, 6, 0]],
    ['lines replaced up to the middle of one', [4, 0], [5, 3], 'x\ny', [5, 6, 2]],
  ] as const)('%s', (_, [startLine, startCharacter], [endLine, endCharacter], text, [from, to, addedLines]) => {
    const start = { line: startLine, character: startCharacter };
    const end = { line: endLine, character: endCharacter };
    expect(lineChange({ start, end, text })).toEqual({ startLine: from, endLine: to, addedLines });
  });
});
