import { fnv1a } from '../hash.ts';
import { asNumber, asRecord, asString, parseJson } from '../json.ts';
import type { RawLine } from './raw-line.ts';
import { isEventType, type TraceEvent } from './trace-event.ts';

/** A line that is no event. It is reported once and passed over; it never ends a reader. */
export interface DecodeIssue {
  readonly issue: 'not-json' | 'not-an-object' | 'unknown-event-type' | 'bad-timestamp' | 'too-long';
  /** Byte offset of the line in its file. */
  readonly offset: number;
  /** First characters of the line, for the report. */
  readonly excerpt: string;
}

export type Decoded = TraceEvent | DecodeIssue;

export function isIssue(decoded: Decoded): decoded is DecodeIssue {
  return 'issue' in decoded;
}

const utf8 = new TextDecoder('utf-8', { fatal: false });
const EXCERPT_CHARACTERS = 80;

/** Turns a line into an event; bad input becomes a value, never an exception. Blank lines are the caller's to skip. */
export function decodeEvent(line: RawLine): Decoded {
  const text = utf8.decode(line.bytes);
  const issue = (kind: DecodeIssue['issue']): DecodeIssue => ({
    issue: kind,
    offset: line.offset,
    excerpt: text.slice(0, EXCERPT_CHARACTERS),
  });
  if (line.bytes.length < line.length) return issue('too-long');
  const parsed = parseJson(text);
  if (parsed === undefined) return issue('not-json');
  const record = asRecord(parsed);
  if (!record) return issue('not-an-object');
  if (!isEventType(record.event_type)) return issue('unknown-event-type');
  const timestamp = asNumber(record.timestamp);
  if (timestamp === undefined) return issue('bad-timestamp');
  const parentId = asString(record.parent_id);
  const durationMs = asNumber(record.duration_ms);
  return {
    event_type: record.event_type,
    timestamp,
    event_id: asString(record.event_id) || madeUpId(text, line.offset),
    session_id: asString(record.session_id) ?? '',
    ...(parentId ? { parent_id: parentId } : {}),
    ...(durationMs === undefined ? {} : { duration_ms: durationMs }),
    data: asRecord(record.data) ?? {},
  };
}

/**
 * For a line that names no id. A file that is read again from its start gives the same line at the same place: it must
 * count once. Two lines of equal text are two events: the offset keeps them apart. And another line that comes to stand
 * at that place after the file was rewritten is another event: the hash tells.
 */
function madeUpId(text: string, offset: number): string {
  return `#${fnv1a(text)}@${offset}`;
}
