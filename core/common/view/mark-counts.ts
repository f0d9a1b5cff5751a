import type { FileMark } from './file-marks.ts';

/** Calls that read a file, and calls that wrote it. */
export interface MarkCounts {
  readonly reads: number;
  readonly writes: number;
}

export function markCounts(marks: readonly FileMark[]): MarkCounts {
  const calls = (kind: FileMark['kind']) =>
    new Set(marks.filter((mark) => mark.kind === kind).map(({ callId }) => callId)).size;
  return { reads: calls('read'), writes: calls('modified') };
}

/** `agent read 3x, modified 1x`; empty without a call. */
export function markLabel({ reads, writes }: MarkCounts): string {
  const parts = [...(reads > 0 ? [`read ${reads}x`] : []), ...(writes > 0 ? [`modified ${writes}x`] : [])];
  return parts.length === 0 ? '' : `agent ${parts.join(', ')}`;
}
