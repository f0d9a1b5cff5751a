import type { NativeParser } from '../../core/common/adapters/native-parser.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';

/** What a parser makes of the lines of a text, each told its place in it. */
export function parsedLines(parser: NativeParser, text: string): readonly TraceEvent[] {
  let offset = 0;
  return text.split('\n').flatMap((line) => {
    const at = offset;
    offset += Buffer.byteLength(line) + 1;
    return line === '' ? [] : (parser.push(line, at) ?? []);
  });
}

/** One line for each event: what it is, its id, and what it says, cut. */
export function eventLines(events: readonly TraceEvent[]): readonly string[] {
  return events.map(({ event_type, event_id, data }) => {
    const { mode: _, tool_use_id: __, ...said } = data;
    return `${event_type} ${event_id} ${JSON.stringify(said).slice(0, 180)}`;
  });
}
