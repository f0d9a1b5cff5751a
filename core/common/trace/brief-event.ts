import { asNumber, asRecord, asTime, parseJson } from '../json.ts';
import type { RawLine } from './raw-line.ts';
import type { EventType, TraceEvent } from './trace-event.ts';

const NUMBER = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`;
/** Of strings only those in ASCII that escape nothing. */
const PLAIN = '[ !#-\\[\\]-~]*';
const STRING = `"(${PLAIN})"`;
/** Up to the text of such an event, as `encodeEvent` writes it. */
const BEFORE_TEXT = new RegExp(
  [
    `^\\{"event_type":"(tool_result|error|user_prompt|assistant_response)","timestamp":(${NUMBER})`,
    `,"event_id":${STRING},"session_id":${STRING}(?:,"parent_id":${STRING})?(?:,"duration_ms":(${NUMBER}))?`,
    `,"data":\\{(?:"tool_name":${STRING},)?(?:"tool_use_id":"${PLAIN}",)?"(?:result|error|text|prompt)":"`,
  ].join(''),
);
/** The letters of those types where they begin, and where `tool_result` is no `tool_call`. */
const [TYPE_AT, RESULT_AT] = ['{"event_type":"'.length, '{"event_type":"tool_'.length];
const [A, E, R, T, U] = [0x61, 0x65, 0x72, 0x74, 0x75];
/** Where the text has to begin. */
const HEAD_BYTES = 400;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const BRACE = 0x7d;

const utf8 = new TextDecoder('utf-8', { fatal: false });

/**
 * The event of a line that tells a text, without the text: it counts the same. Undefined for other events, and for lines
 * that `encodeEvent` would not write so. Of the text only the end is looked for: what is no JSON in it goes unseen.
 */
export function briefEvent({ bytes, length }: RawLine): TraceEvent | undefined {
  if (bytes.length < length || !mayTellText(bytes)) return undefined;
  const start = utf8.decode(bytes.subarray(0, HEAD_BYTES));
  const found = BEFORE_TEXT.exec(start);
  if (!found) return undefined;
  const [{ length: textAt }, type, time, id, session, parent, duration, tool] = found;
  const data = dataBehind(bytes, endOfString(bytes, textAt));
  const timestamp = asTime(Number(time));
  if (!data || timestamp === undefined || !id) return undefined;
  if (tool !== undefined && !('tool_name' in data)) data['tool_name'] = tool;
  const event: { -readonly [Name in keyof TraceEvent]: TraceEvent[Name] } = {
    event_type: type as EventType,
    timestamp,
    event_id: id,
    session_id: session as string,
    data,
  };
  if (parent) event.parent_id = parent;
  const durationMs = duration === undefined ? undefined : asNumber(Number(duration));
  if (durationMs !== undefined) event.duration_ms = durationMs;
  return event;
}

/** Tells other events at a look. */
function mayTellText(bytes: Uint8Array): boolean {
  const letter = bytes[TYPE_AT];
  return letter === T ? bytes[RESULT_AT] === R : letter === A || letter === E || letter === U;
}

/** Index of the quote that ends the string which `start` is in; -1 when there is none. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(QUOTE, start); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let escapes = at;
    while (escapes > start && bytes[escapes - 1] === BACKSLASH) escapes -= 1;
    if ((at - escapes) % 2 === 0) return at;
  }
  return -1;
}

/** What of the data follows on a text that ends at `quote`; undefined when the line does not end as it should. */
function dataBehind(bytes: Uint8Array, quote: number): Record<string, unknown> | undefined {
  if (quote < 0) return undefined;
  if (bytes[quote + 1] === BRACE && bytes[quote + 2] === BRACE && bytes.length === quote + 3) return {};
  const rest = utf8.decode(bytes.subarray(quote + 1));
  if (!rest.startsWith(',"') || !rest.endsWith('}')) return undefined;
  return asRecord(parseJson(`{${rest.slice(1, -1)}`)) as Record<string, unknown> | undefined;
}
