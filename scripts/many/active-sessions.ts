import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeEvent } from '../../core/common/trace/trace-event.ts';
import { registerSession } from '../bench/register-session.ts';

/** The id of the live session of this number. */
export function activeSessionId(index: number): string {
  return `active-${String(index).padStart(3, '0')}`;
}

/** Adds live sessions to a store, each with a process of its own; gives what ends the processes. */
export function startActiveSessions(store: string, workspace: string, runtimeDir: string, count: number): () => void {
  const agents = Array.from({ length: count }, () => spawn('sleep', ['3600'], { stdio: 'ignore' }));
  for (const [index, { pid = 0 }] of agents.entries()) {
    const session_id = activeSessionId(index);
    const folder = path.join(store, session_id);
    const started_at = Date.now() / 1000;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const data = { agent: 'bench', cwd: workspace, model: 'claude-sonnet-4-6' };
    const start = { event_type: 'session_start', timestamp: started_at, event_id: 'start', session_id, data } as const;
    appendFileSync(path.join(folder, 'events.ndjson'), encodeEvent(start));
    writeFileSync(path.join(folder, 'meta.json'), JSON.stringify({ session_id, started_at, agent_name: 'bench' }));
    registerSession(runtimeDir, store, session_id, pid);
  }
  return () => {
    for (const agent of agents) agent.kill('SIGKILL');
  };
}
