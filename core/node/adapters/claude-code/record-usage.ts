import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import {
  type ReportedRequest,
  requestEvent,
  requestsOfTranscriptLine,
} from '../../../common/adapters/claude-code/transcript-usage.ts';
import type { TraceEvent } from '../../../common/trace/trace-event.ts';
import type { UsageCursor, UsageCursors } from './usage-cursor.ts';

export interface UsageSource {
  /** The transcript to read: the session's own, or the one of a subagent for the subagent's session. */
  readonly transcriptPath: string;
  /** Where the position reached is kept. */
  readonly cursors: UsageCursors;
  readonly sessionId: string;
  readonly append: (event: TraceEvent) => void;
  /** Unix seconds, for lines that carry no time. */
  readonly now: number;
}

/** Bytes read in one call: a hook that meets a long transcript for the first time must not hold up the agent. */
const MOST_BYTES = 8 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * Appends an `llm_response` event for each request that the transcript reports since the last call. Hooks and watcher
 * may both call it at once: event ids come from message ids, so what is recorded twice counts once. Gives true when
 * more is left to read. Throws the system's error when the transcript cannot be read; one that does not exist yet is
 * no error.
 */
export function recordUsage(source: UsageSource): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(source.transcriptPath, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  try {
    return readFrom(descriptor, source);
  } finally {
    closeSync(descriptor);
  }
}

function readFrom(descriptor: number, source: UsageSource): boolean {
  const { dev, ino, size, isFile } = statOf(descriptor);
  if (!isFile) return false;
  const before = source.cursors.read(source.transcriptPath);
  const known = before !== undefined && before.dev === dev && before.ino === ino && before.offset <= size;
  const from = known ? before.offset : 0;
  if (from >= size) return false;

  const buffer = Buffer.allocUnsafe(Math.min(size - from, MOST_BYTES));
  const length = readSync(descriptor, buffer, 0, buffer.length, from);
  const chunk = buffer.subarray(0, length);
  let end = chunk.lastIndexOf(NEWLINE) + 1;
  // A line longer than all we read cannot be one of those that report usage, which are small; it is passed over.
  if (end === 0 && length === MOST_BYTES) end = length;
  for (const request of newestReports(chunk.subarray(0, end)))
    source.append(requestEvent(request, source.sessionId, source.now));

  if (end > 0) {
    const next: UsageCursor = { dev, ino, offset: from + end };
    source.cursors.write(source.transcriptPath, next);
  }
  return end > 0 && from + end < size;
}

/** The last report of each request in a run of whole lines, in order of first appearance. */
function newestReports(lines: Buffer): Iterable<ReportedRequest> {
  const reports = new Map<string, ReportedRequest>();
  for (let start = 0; start < lines.length; ) {
    const newline = lines.indexOf(NEWLINE, start);
    const end = newline < 0 ? lines.length : newline;
    const line = lines.subarray(start, end);
    // Most bytes of a transcript are tool output; only lines that can report usage are worth parsing.
    if (line.includes('"usage"')) {
      for (const request of requestsOfTranscriptLine(line.toString('utf8'))) {
        const earlier = reports.get(request.id);
        if (!earlier || earlier.usage.output <= request.usage.output) reports.set(request.id, request);
      }
    }
    start = end + 1;
  }
  return reports.values();
}

function statOf(descriptor: number): { dev: number; ino: number; size: number; isFile: boolean } {
  const stat = fstatSync(descriptor);
  return { dev: stat.dev, ino: stat.ino, size: stat.size, isFile: stat.isFile() };
}
