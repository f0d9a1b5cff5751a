import { type Decoded, decodeEvent, isIssue, type Texts } from './decode-event.ts';
import type { RawLine } from './raw-line.ts';

/** How every event begins, written by us or by agent-strace. Inside a JSON string its quotes would be escaped. */
const EVENT_START = Uint8Array.from('{"event_type"', (character) => character.charCodeAt(0));

/**
 * The events and issues of one line: as a rule one event. Where a writer was cut off in the middle of a line and
 * another went on behind it, the line is a broken piece followed by whole events, and those are not lost with it.
 */
export function decodeLine(line: RawLine, texts?: Texts): readonly Decoded[] {
  const decoded = decodeEvent(line, texts);
  if (!isIssue(decoded) || decoded.issue !== 'not-json') return [decoded];
  const pieces = cutAtEvents(line).map((piece) => decodeEvent(piece));
  return pieces.every(isIssue) ? [decoded] : pieces;
}

function cutAtEvents(line: RawLine): readonly RawLine[] {
  const pieces: RawLine[] = [];
  for (let from = 0; from < line.bytes.length; ) {
    const to = findEventStart(line.bytes, from + 1);
    pieces.push({ offset: line.offset + from, bytes: line.bytes.subarray(from, to), length: to - from });
    from = to;
  }
  return pieces;
}

/** Index of the next beginning of an event at or after `from`; the length of `bytes` when there is none. */
function findEventStart(bytes: Uint8Array, from: number): number {
  const first = EVENT_START[0] as number;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (EVENT_START.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return bytes.length;
}
