import { sameProcess } from '../../common/process/process-identity.ts';
import { sessionName } from '../../common/trace/session-name.ts';
import type { ProcessInfo, ProcessTable } from '../process/process-table.ts';
import { readRegistration, writeRegistration } from '../process/registration.ts';
import { realPath } from '../real-path.ts';
import type { NativeProcess } from './native-agent.ts';

/** The process that an agent's own file names, when it still is that one and this user's; undefined otherwise. */
export function runningProcess(table: ProcessTable, said: NativeProcess): ProcessInfo | undefined {
  const found = table.read(said.pid);
  const isSame = found?.startTime === said.startTime && found.state !== 'zombie';
  const isOurs = process.getuid === undefined || found?.uid === process.getuid();
  return isSame && isOurs ? found : undefined;
}

/** Whether the process works in this folder, given by its real path. */
export function worksIn(said: { readonly workspace?: string | undefined }, workspace: string): boolean {
  return said.workspace !== undefined && realPath(said.workspace) === workspace;
}

export interface NativeRegistrationOptions {
  readonly runtimeDir: string;
  /** Real path of the store. */
  readonly store: string;
  readonly table: ProcessTable;
  /** Name of the agent. */
  readonly agent: string;
  /** Unix seconds. */
  readonly now: number;
}

/**
 * Registers the process of a session that its agent's own file names. That file lies in the user's home and is theirs,
 * and its start time has to be that of the process: only then is it surer than a guess, and may be signalled. True when
 * the session runs in that process.
 */
export function registerNative(said: NativeProcess, options: NativeRegistrationOptions): boolean {
  const { runtimeDir, store, table, agent, now } = options;
  const found = runningProcess(table, said);
  if (!found) return false;
  const session = sessionName(said.session);
  const identity = { pid: found.pid, startTime: found.startTime, bootId: found.bootId };
  const known = readRegistration(runtimeDir, store, session);
  if (known && sameProcess(known.process, identity)) return true;
  writeRegistration(runtimeDir, {
    session_id: session,
    store,
    process: identity,
    executable: table.executable(found.pid) ?? found.name,
    agent,
    source: 'session-file',
    registered_at: now,
  });
  return true;
}
