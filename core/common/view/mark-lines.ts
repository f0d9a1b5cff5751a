import type { FileMark } from './file-marks.ts';
import { type LineRange, shiftLines } from './line-shift.ts';

/** Lines with the same marks. */
export interface MarkedSegment<Mark> extends LineRange {
  /** Lines that were read and written count as written. */
  readonly kind: FileMark['kind'];
  /** Newest first. */
  readonly marks: readonly Mark[];
}

/** Of one file the newest marks are shown: the work grows with their square. */
const SHOWN_MARKS = 500;

/** Marks of one file, oldest first, each moved to where later calls have moved its lines. */
export function placeMarks<Mark extends FileMark>(marks: readonly Mark[]): readonly Mark[] {
  let placed: Mark[] = [];
  for (const mark of marks.slice(-SHOWN_MARKS)) {
    const { change } = mark;
    if (change)
      placed = placed.flatMap((older) => {
        const lines = shiftLines(older, change);
        return lines ? [{ ...older, ...lines }] : [];
      });
    placed.push(mark);
  }
  return placed;
}

/** The marked lines of a file of this length, top down, none twice. */
export function markedSegments<Mark extends FileMark>(
  marks: readonly Mark[],
  lineCount: number,
): readonly MarkedSegment<Mark>[] {
  const newestFirst = marks
    .slice(-SHOWN_MARKS)
    .reverse()
    .flatMap((mark) => {
      const lines = linesIn(mark, lineCount);
      return lines ? [{ mark, ...lines }] : [];
    });
  const bounds = new Set(newestFirst.flatMap(({ startLine, endLine }) => [startLine, endLine + 1]));
  const starts = [...bounds].sort((a, b) => a - b);
  return starts.flatMap((startLine, index) => {
    const covering = newestFirst.filter((each) => each.startLine <= startLine && startLine <= each.endLine);
    const next = starts[index + 1];
    if (covering.length === 0 || next === undefined) return [];
    const kind = covering.some(({ mark }) => mark.kind === 'modified') ? 'modified' : 'read';
    return [{ startLine, endLine: next - 1, kind, marks: covering.map(({ mark }) => mark) }];
  });
}

function linesIn({ kind, startLine, endLine }: FileMark, lineCount: number): LineRange | undefined {
  // Lines taken out at the end of the file leave no line in their place but the last.
  const start = kind === 'modified' ? Math.min(startLine, lineCount) : startLine;
  const end = endLine === 0 ? lineCount : Math.min(Math.max(start, endLine), lineCount);
  return start > end ? undefined : { startLine: Math.max(1, start), endLine: end };
}
