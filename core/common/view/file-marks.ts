import { asArray, asCount, asRecord, type JsonRecord } from '../json.ts';
import { operationOf } from '../session/operation.ts';
import { workspacePath } from '../session/workspace-path.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import type { LineChange, LineRange } from './line-shift.ts';

/** Lines of one file that one call read or wrote, as they were when it was over. */
export interface FileMark extends LineRange {
  readonly kind: 'read' | 'modified';
  /** `event_id` of the call. */
  readonly callId: string;
  readonly tool: string;
  /** Unix seconds, when the call began and when it was over. */
  readonly startedAt: number;
  readonly at: number;
  /** What the call did to the lines of the file; undefined where the trace does not tell, or it wrote several places. */
  readonly change?: LineChange;
}

interface PendingCall {
  readonly tool: string;
  readonly kind: FileMark['kind'];
  readonly path: string;
  readonly args: JsonRecord;
  readonly startedAt: number;
}

/** Marks of a session by file, from its events in order. A call that failed leaves no mark. */
export class FileMarks {
  private readonly pending = new Map<string, PendingCall>();
  private readonly marks = new Map<string, FileMark[]>();
  private workspace: string | undefined;

  /** Gives the path whose marks changed: relative to the workspace inside it, else absolute. */
  apply(event: TraceEvent): string | undefined {
    const { data } = event;
    if (event.event_type === 'session_start' && typeof data.cwd === 'string') this.workspace = data.cwd;
    if (event.event_type === 'tool_call') this.call(event);
    if (event.event_type === 'file_read') return this.readByOther(event);
    if (event.event_type === 'error' && event.parent_id) this.pending.delete(event.parent_id);
    if (event.event_type !== 'tool_result' || !event.parent_id) return undefined;
    const call = this.pending.get(event.parent_id);
    if (!call) return undefined;
    this.pending.delete(event.parent_id);
    if (data.denied === true) return undefined;
    const path = workspacePath(call.path, this.workspace);
    const list = this.marks.get(path) ?? [];
    const { tool, kind, startedAt } = call;
    const about = { kind, callId: event.parent_id, tool, startedAt, at: event.timestamp };
    const lines = kind === 'modified' ? writtenLines(data, call.args) : readLines(data, call.args);
    for (const each of lines) list.push({ ...each, ...about });
    this.marks.set(path, list);
    return path;
  }

  /** A file that was read by other means than a tool for it, by a command of the shell for instance. */
  private readByOther({ event_id, timestamp, data }: TraceEvent): string | undefined {
    if (typeof data.file_path !== 'string') return undefined;
    const path = workspacePath(data.file_path, this.workspace);
    const list = this.marks.get(path) ?? [];
    const about = { kind: 'read', callId: event_id, tool: 'read', startedAt: timestamp, at: timestamp } as const;
    for (const each of readLines(data, {})) list.push({ ...each, ...about });
    this.marks.set(path, list);
    return path;
  }

  /** Oldest first. The list grows and is never changed otherwise. */
  of(path: string): readonly FileMark[] {
    return this.marks.get(path) ?? [];
  }

  /** Files with marks. */
  get paths(): readonly string[] {
    return [...this.marks.keys()];
  }

  private call(event: TraceEvent): void {
    const tool = typeof event.data.tool_name === 'string' ? event.data.tool_name : 'unknown';
    const operation = operationOf(tool, event.data.arguments);
    if (operation.kind !== 'read' && operation.kind !== 'write') return;
    const kind = operation.kind === 'read' ? 'read' : 'modified';
    const args = asRecord(event.data.arguments) ?? {};
    this.pending.set(event.event_id, { tool, kind, path: operation.path, args, startedAt: event.timestamp });
  }
}

interface MarkedLines extends LineRange {
  readonly change?: LineChange;
}

const WHOLE_FILE: readonly MarkedLines[] = [{ startLine: 0, endLine: 0 }];

/** What the result says was read, else what the call asked for. */
function readLines(data: JsonRecord, args: JsonRecord): readonly MarkedLines[] {
  const read = asRecord(data.read);
  const start = asCount(read?.start_line) || asCount(args.offset);
  const lines = asCount(read?.num_lines) || asCount(args.limit);
  if (start === 0 && lines === 0) return WHOLE_FILE;
  const startLine = Math.max(1, start);
  return [{ startLine, endLine: lines === 0 ? 0 : startLine + lines - 1 }];
}

/**
 * Ranges of the patch in the file as it was after the write; where lines were only taken out, the line that has moved
 * up to their place. A file that was written anew counts as a whole.
 */
function writtenLines(data: JsonRecord, args: JsonRecord): readonly MarkedLines[] {
  const hunks = asArray(data.patch).flatMap((entry) => {
    const hunk = asRecord(entry);
    const start = asCount(hunk?.start);
    return start === 0 ? [] : [{ start, lines: asCount(hunk?.lines) }];
  });
  const growth = hunks.length === 1 ? grownLines(args) : undefined;
  if (hunks.length > 0)
    return hunks.map(({ start, lines }) => {
      const range = { startLine: start, endLine: start + Math.max(1, lines) - 1 };
      if (growth === undefined) return range;
      const removed = Math.max(0, lines - growth);
      return { ...range, change: { startLine: start, endLine: start + removed - 1, addedLines: lines } };
    });
  if (typeof args.content !== 'string') return WHOLE_FILE;
  return [{ startLine: 1, endLine: Math.max(1, args.content.replace(/\n$/, '').split('\n').length) }];
}

/** By how many lines one replacement made the file longer; undefined when the call tells no single replacement. */
function grownLines({ old_string, new_string, replace_all }: JsonRecord): number | undefined {
  if (typeof old_string !== 'string' || typeof new_string !== 'string' || replace_all === true) return undefined;
  return new_string.split('\n').length - old_string.split('\n').length;
}
