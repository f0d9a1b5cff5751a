import { spawn } from 'node:child_process';
import { beginSession } from '../bench/begin-session.ts';
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
    beginSession(store, session_id, workspace);
    registerSession(runtimeDir, store, session_id, pid);
  }
  return () => {
    for (const agent of agents) agent.kill('SIGKILL');
  };
}
