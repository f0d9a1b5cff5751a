import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asRecord, asString, type JsonRecord, parseJson } from '../../../core/common/json.ts';

/** A session as it lies on the disk, read without the product's own readers. */
export interface StoredSession {
  readonly id: string;
  readonly meta: JsonRecord;
  /** In the order of the file; an event id that stands there twice is given once, its last line, at its first place. */
  readonly events: readonly StoredEvent[];
}

export interface StoredEvent {
  readonly event_type: string;
  readonly event_id: string;
  readonly session_id: string;
  readonly timestamp: number;
  readonly parent_id?: string;
  readonly duration_ms?: number;
  readonly data: JsonRecord;
}

export function storeOf(workspace: string): string {
  return join(workspace, '.agent-traces');
}

/** Every session in the store of a workspace; none while there is no store. */
export function storedSessions(workspace: string): readonly StoredSession[] {
  return folderNames(storeOf(workspace)).map((id) => ({
    id,
    meta: asRecord(parseJson(readOr(join(storeOf(workspace), id, 'meta.json'), '{}'))) ?? {},
    events: eventsIn(readOr(join(storeOf(workspace), id, 'events.ndjson'), '')),
  }));
}

/** Fails on a line that is no event: what our recorder writes is always whole. */
function eventsIn(text: string): readonly StoredEvent[] {
  const byId = new Map<string, StoredEvent>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const event = JSON.parse(line) as StoredEvent;
    if (!asString(event.event_id)) throw new Error(`an event without an id: ${line.slice(0, 200)}`);
    byId.set(event.event_id, event);
  }
  return [...byId.values()];
}

function folderNames(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
