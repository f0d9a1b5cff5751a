import { join } from 'node:path';
import { EVENTS_FILE } from './event-log.ts';
import { readRegularFile } from './read-regular-file.ts';

/** What agent-strace's session list shows, counted once an id. */
export interface EventCounts {
  readonly tool_calls: number;
  readonly llm_requests: number;
  readonly errors: number;
}

/** A larger file is not read: the end of a session must not wait for it. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The beginning of a line as `encodeEvent` writes it. */
const HEAD = /^\{"event_type":"(tool_call|llm_request|llm_response|error)","timestamp":[\d.e+]+,"event_id":"([^"]*)"/gm;

/** Undefined when the events cannot be read, or are too many to be read at once. */
export function countEvents(sessionFolder: string): EventCounts | undefined {
  const bytes = readRegularFile(join(sessionFolder, EVENTS_FILE), MAX_BYTES);
  if (!bytes) return undefined;
  const ids: Record<string, Set<string>> = {};
  for (const [, type = '', id = ''] of bytes.toString('latin1').matchAll(HEAD)) {
    ids[type] ??= new Set();
    ids[type].add(id);
  }
  const count = (type: string): number => ids[type]?.size ?? 0;
  return {
    tool_calls: count('tool_call'),
    // A recorder that sees only answers knows as many requests.
    llm_requests: Math.max(count('llm_request'), count('llm_response')),
    errors: count('error'),
  };
}
