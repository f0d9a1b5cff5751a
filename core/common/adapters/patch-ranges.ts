/** Lines of a file that a call wrote, in the new file; lines count from 1. 0 lines: some were taken out in front of it. */
export interface PatchRange {
  readonly start: number;
  readonly lines: number;
}

/**
 * The ranges that one hunk writes. It has up to three unchanged lines around each change; what was written are the lines
 * with a `+`. `start`: line of the new file that the hunk begins at.
 */
export function hunkRanges(lines: readonly unknown[], start: number): PatchRange[] {
  const ranges: { start: number; lines: number }[] = [];
  let at = start;
  for (const [index, line] of lines.entries()) {
    const mark = typeof line === 'string' ? line.charAt(0) : '';
    if (mark === '-' || mark === '+') {
      const last = ranges.at(-1);
      const previous = lines[index - 1];
      const continues = last !== undefined && typeof previous === 'string' && /^[-+]/.test(previous);
      const range = continues ? last : { start: at, lines: 0 };
      if (!continues) ranges.push(range);
      if (mark === '+') range.lines += 1;
    }
    // A line that says that the file has no newline at its end begins with a backslash.
    if (mark === '+' || mark === ' ') at += 1;
  }
  return ranges;
}

/** The ranges that a unified diff of one file writes; none where it has no hunk with a header. */
export function diffRanges(diff: string): readonly PatchRange[] {
  const ranges: PatchRange[] = [];
  let hunk: string[] = [];
  let start = 0;
  const finish = () => {
    if (start > 0) ranges.push(...hunkRanges(hunk, start));
  };
  for (const line of diff.split('\n')) {
    const header = /^@@ -\d+(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (!header) {
      // An unchanged empty line may have lost the blank in front of it; the last piece of the text is no line.
      hunk.push(line === '' ? ' ' : line);
      continue;
    }
    finish();
    hunk = [];
    // The place of a hunk that leaves nothing is the line in front of it: 0 at the beginning of the file.
    start = Math.max(1, Number(header[1]));
  }
  finish();
  return ranges;
}

/** Lines of a text; what stands behind its last newline is one when it is not empty. */
export function lineCount(text: string): number {
  if (text === '') return 0;
  let lines = text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
