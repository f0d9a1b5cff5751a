import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeEvent } from '../../core/common/trace/trace-event.ts';

/** Begins a session in a store, as its recorder does at the start; gives the file that its events are appended to. */
export function beginSession(store: string, session_id: string, cwd: string): string {
  const folder = path.join(store, session_id);
  const file = path.join(folder, 'events.ndjson');
  const started_at = Date.now() / 1000;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(folder, 'meta.json'), JSON.stringify({ session_id, started_at, agent_name: 'bench' }));
  const data = { agent: 'bench', cwd, model: 'claude-sonnet-4-6' };
  const start = { event_type: 'session_start', timestamp: started_at, event_id: 'start', session_id, data } as const;
  appendFileSync(file, encodeEvent(start));
  return file;
}
