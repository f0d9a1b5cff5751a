import { asArray, asCount, asRecord, type JsonRecord } from '../json.ts';
import { operationOf } from '../session/operation.ts';
import { workspacePath } from '../session/workspace-path.ts';
import type { TraceEvent } from '../trace/trace-event.ts';

/** Lines of one file that one call read or wrote. */
export interface FileMark {
  readonly kind: 'read' | 'modified';
  /** First and last line, from 1; both 0 when the whole file is meant and its length is not known. */
  readonly startLine: number;
  readonly endLine: number;
  /** `event_id` of the call. */
  readonly callId: string;
  readonly tool: string;
  /** Unix seconds, when the call was over. */
  readonly at: number;
}

interface PendingCall {
  readonly tool: string;
  readonly kind: FileMark['kind'];
  readonly path: string;
  readonly args: JsonRecord;
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
    if (event.event_type === 'error' && event.parent_id) this.pending.delete(event.parent_id);
    if (event.event_type !== 'tool_result' || !event.parent_id) return undefined;
    const call = this.pending.get(event.parent_id);
    if (!call) return undefined;
    this.pending.delete(event.parent_id);
    const path = workspacePath(call.path, this.workspace);
    const list = this.marks.get(path) ?? [];
    const { tool, kind } = call;
    for (const [startLine, endLine] of kind === 'modified'
      ? writtenLines(data, call.args)
      : readLines(data, call.args)) {
      list.push({ kind, startLine, endLine, callId: event.parent_id, tool, at: event.timestamp });
    }
    this.marks.set(path, list);
    return path;
  }

  /** Oldest first. */
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
    this.pending.set(event.event_id, { tool, kind, path: operation.path, args: asRecord(event.data.arguments) ?? {} });
  }
}

type Range = readonly [startLine: number, endLine: number];
const WHOLE_FILE: readonly Range[] = [[0, 0]];

/** What the result says was read, else what the call asked for. */
function readLines(data: JsonRecord, args: JsonRecord): readonly Range[] {
  const read = asRecord(data.read);
  const start = asCount(read?.start_line) || asCount(args.offset);
  const lines = asCount(read?.num_lines) || asCount(args.limit);
  if (start === 0 && lines === 0) return WHOLE_FILE;
  const first = Math.max(1, start);
  return lines === 0 ? [[first, 0]] : [[first, first + lines - 1]];
}

/** Ranges of the patch in the file as it was after the write; a file that was written anew counts as a whole. */
function writtenLines(data: JsonRecord, args: JsonRecord): readonly Range[] {
  const hunks = asArray(data.patch).flatMap((entry): readonly Range[] => {
    const hunk = asRecord(entry);
    const start = asCount(hunk?.start);
    return start === 0 ? [] : [[start, start + Math.max(1, asCount(hunk?.lines)) - 1]];
  });
  if (hunks.length > 0) return hunks;
  const content = typeof args.content === 'string' ? args.content : undefined;
  return content === undefined ? WHOLE_FILE : [[1, Math.max(1, content.replace(/\n$/, '').split('\n').length)]];
}
