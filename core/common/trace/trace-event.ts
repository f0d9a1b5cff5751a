import { asciiJson } from '../json.ts';

/**
 * One line of `events.ndjson`. Field names are those of agent-strace, so that either tool opens the other's traces:
 * its reader rejects unknown event types and unknown top-level fields, therefore everything we add lives in `data`.
 */
export interface TraceEvent {
  readonly event_type: EventType;
  /** Unix seconds, fractional. */
  readonly timestamp: number;
  /** Stable where the agent gives an id; a reader counts one id once. */
  readonly event_id: string;
  readonly session_id: string;
  /** Links a result to its call. */
  readonly parent_id?: string;
  readonly duration_ms?: number;
  readonly data: EventData;
}

/** Free-form by contract: read it with the functions of `../json.ts`, never by assertion. */
export type EventData = Readonly<Record<string, unknown>>;

export const EVENT_TYPES = [
  'session_start',
  'session_end',
  'user_prompt',
  'assistant_response',
  'tool_call',
  'tool_result',
  'llm_request',
  'llm_response',
  'file_read',
  'file_write',
  'decision',
  'error',
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

const KNOWN_TYPES: ReadonlySet<string> = new Set(EVENT_TYPES);

export function isEventType(value: unknown): value is EventType {
  return typeof value === 'string' && KNOWN_TYPES.has(value);
}

/**
 * The line for one event, newline included. Empty optional fields are left out, as agent-strace does. Pure ASCII, as its
 * own lines are: its reader decodes with the locale's encoding and ends a line at U+0085, U+2028 and U+2029 too.
 */
export function encodeEvent(event: TraceEvent): string {
  const { event_type, timestamp, event_id, session_id, parent_id, duration_ms, data } = event;
  // What is undefined is left out.
  return `${asciiJson({
    event_type,
    timestamp,
    event_id,
    session_id,
    parent_id: parent_id || undefined,
    duration_ms,
    data,
  })}\n`;
}
