import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What agent-strace's classes take as keyword arguments; anything else is a TypeError there. */
const EVENT_FIELDS = new Set(['event_type', 'timestamp', 'event_id', 'session_id', 'parent_id', 'duration_ms', 'data']);
const EVENT_TYPES = new Set([
  ...['session_start', 'session_end', 'tool_call', 'tool_result', 'llm_request', 'llm_response'],
  ...['file_read', 'file_write', 'decision', 'error', 'user_prompt', 'assistant_response'],
]);
const META_FIELDS = new Set([
  ...['session_id', 'started_at', 'ended_at', 'agent_name', 'command', 'tool_calls', 'llm_requests', 'errors'],
  ...['total_tokens', 'total_duration_ms', 'parent_session_id', 'parent_event_id', 'depth', 'attribution'],
]);
/** Where `str.splitlines()` of Python ends a line. */
const PYTHON_LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;
/** Sliced, stripped or joined by its viewers. */
const TEXTS = ['tool_name', 'result', 'error', 'message', 'prompt', 'text', 'choice', 'reason', 'model'];

export interface StrictTrace {
  readonly meta: Record<string, unknown>;
  readonly events: readonly Record<string, unknown>[];
}

/** Reads every session of a store as agent-strace would; throws where it would crash or show nothing. */
export function readLikeAgentStrace(store: string): ReadonlyMap<string, StrictTrace> {
  const names = readdirSync(store).filter((name) => statSync(join(store, name)).isDirectory());
  return new Map(names.map((name) => [name, readSession(store, name)]));
}

function readSession(store: string, name: string): StrictTrace {
  const meta = JSON.parse(readAscii(join(store, name, 'meta.json'))) as Record<string, unknown>;
  demandFields(meta, META_FIELDS, `${name}/meta.json`);
  demand(meta['session_id'] === name, `${name}/meta.json names another session`);
  demand(typeof meta['started_at'] === 'number', `${name}/meta.json has no start`);
  const lines = readAscii(join(store, name, 'events.ndjson'))
    .trim()
    .split(PYTHON_LINE_END);
  return { meta, events: lines.filter((line) => line !== '').map((line) => readEvent(line, name)) };
}

function readEvent(line: string, session: string): Record<string, unknown> {
  const event = JSON.parse(line) as Record<string, unknown>;
  demandFields(event, EVENT_FIELDS, line);
  demand(EVENT_TYPES.has(String(event['event_type'])), `unknown event type: ${line}`);
  demand(typeof event['timestamp'] === 'number', `no timestamp: ${line}`);
  demand(typeof event['event_id'] === 'string' && event['event_id'] !== '', `no event id: ${line}`);
  demand(event['session_id'] === session, `of another session: ${line}`);
  demand(isObject(event['data']), `data is no object: ${line}`);
  const data = event['data'] as Record<string, unknown>;
  for (const name of TEXTS) demand(data[name] === undefined || typeof data[name] === 'string', `${name}: ${line}`);
  demand(data['arguments'] === undefined || isObject(data['arguments']), `arguments: ${line}`);
  demand(data['command'] === undefined || Array.isArray(data['command']), `command: ${line}`);
  return event;
}

/** Its reader decodes with the locale's encoding; only ASCII means the same in all of them. */
function readAscii(path: string): string {
  const bytes = readFileSync(path);
  demand(
    bytes.every((byte) => byte < 0x80),
    `${path} is not ASCII`,
  );
  return bytes.toString('latin1');
}

function demandFields(record: Record<string, unknown>, known: ReadonlySet<string>, where: string): void {
  const unknown = Object.keys(record).filter((name) => !known.has(name));
  demand(unknown.length === 0, `unknown fields ${unknown.join(', ')}: ${where}`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function demand(condition: boolean, complaint: string): void {
  if (!condition) throw new Error(complaint);
}
