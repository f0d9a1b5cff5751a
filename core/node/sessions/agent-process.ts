import { sameProcess } from '../../common/process/process-identity.ts';
import type { AgentProcessState } from '../../common/session/session-phase.ts';
import type { SessionMeta } from '../../common/trace/session-meta.ts';
import { frozenLists } from '../process/frozen-list.ts';
import type { ProcessTable } from '../process/process-table.ts';
import { readRegistration } from '../process/registration.ts';
import { rootSession } from './root-session.ts';

export interface AgentProcess {
  /** Undefined when nobody registered a process for the session. */
  readonly pid: number | undefined;
  readonly state: AgentProcessState;
}

/**
 * Where the process that a session runs in stands now. A pid that was given to another process counts as gone. `meta`: of
 * the session, where it was just read.
 */
export function agentProcess(
  table: ProcessTable,
  runtimeDir: string,
  store: string,
  sessionId: string,
  meta?: SessionMeta,
): AgentProcess {
  const registration = readRegistration(runtimeDir, store, rootSession(store, sessionId, meta));
  if (!registration) return { pid: undefined, state: 'unknown' };
  const { process } = registration;
  const found = table.read(process.pid);
  const gone = !found || !sameProcess(found, process) || found.state === 'zombie';
  if (gone || found.state === 'stopped') return { pid: process.pid, state: gone ? 'gone' : 'stopped' };
  return { pid: process.pid, state: frozenLists(runtimeDir).isHeld(process) ? 'held' : 'running' };
}
