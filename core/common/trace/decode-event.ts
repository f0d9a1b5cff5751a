import { fnv1a } from '../hash.ts';
import { asNumber, asRecord, asString, asTime, parseJson } from '../json.ts';
import { briefEvent } from './brief-event.ts';
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

/** What becomes of texts: whoever only counts needs none. */
export type Texts = 'kept' | 'passed-over';

/** Turns a line into an event; bad input becomes a value, never an exception. Blank lines are the caller's to skip. */
export function decodeEvent(line: RawLine, texts: Texts = 'kept'): Decoded {
  const brief = texts === 'passed-over' ? briefEvent(line) : undefined;
  if (brief) return brief;
  const text = utf8.decode(line.bytes);
  const issue = (kind: DecodeIssue['issue']): DecodeIssue => ({
    issue: kind,
    offset: line.offset,
    excerpt: text.slice(0, EXCERPT_CHARACTERS),
  });
  if (line.bytes.length < line.length) return issue('too-long');
  const parsed = parseJson(text);
  // Counted all the same when only its text is damaged, so that whoever passes over the text comes to the same.
  if (parsed === undefined) return briefEvent(line) ?? issue('not-json');
  const event = eventFrom(parsed, () => madeUpId(text, line.offset));
  return typeof event === 'string' ? issue(event) : event;
}

/** An event as it comes from JSON, or why it is none. `idOf` gives an id to one that has none. */
export function eventFrom(value: unknown, idOf: () => string): TraceEvent | DecodeIssue['issue'] {
  const record = asRecord(value);
  if (!record) return 'not-an-object';
  if (!isEventType(record.event_type)) return 'unknown-event-type';
  const timestamp = asTime(record.timestamp);
  if (timestamp === undefined) return 'bad-timestamp';
  const parentId = asString(record.parent_id);
  const durationMs = asNumber(record.duration_ms);
  const event: { -readonly [Name in keyof TraceEvent]: TraceEvent[Name] } = {
    event_type: record.event_type,
    timestamp,
    event_id: asString(record.event_id) || idOf(),
    session_id: asString(record.session_id) ?? '',
    data: asRecord(record.data) ?? {},
  };
  if (parentId) event.parent_id = parentId;
  if (durationMs !== undefined) event.duration_ms = durationMs;
  return event;
}

/**
 * For a line that names no id. A file that is read again from its start gives the same line at the same place: it must
 * count once. Two lines of equal text are two events: the offset keeps them apart. And another line that comes to stand
 * at that place after the file was rewritten is another event: the hash tells.
 */
function madeUpId(text: string, offset: number): string {
  return `#${fnv1a(text)}@${offset}`;
}
