/** One place of a patch, in the shape of Claude Code's `structuredPatch`. Lines count from 1. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** Each begins with a space, a `-` or a `+`. */
  readonly lines: readonly string[];
}

const CONTEXT_LINES = 3;

/** The patch between two texts that differ in one place. */
export function editPatch(before: string, after: string): readonly Hunk[] {
  const old = before.split('\n');
  const now = after.split('\n');
  const most = Math.min(old.length, now.length);
  let same = 0;
  while (same < most && old[same] === now[same]) same += 1;
  let tail = 0;
  while (tail < most - same && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const start = Math.max(0, same - CONTEXT_LINES);
  const end = Math.max(0, tail - CONTEXT_LINES);
  const lines = [
    ...old.slice(start, same).map((line) => ` ${line}`),
    ...old.slice(same, old.length - tail).map((line) => `-${line}`),
    ...now.slice(same, now.length - tail).map((line) => `+${line}`),
    ...old.slice(old.length - tail, old.length - end).map((line) => ` ${line}`),
  ];
  const oldLines = old.length - end - start;
  const newLines = now.length - end - start;
  return [{ oldStart: start + 1, oldLines, newStart: start + 1, newLines, lines }];
}
