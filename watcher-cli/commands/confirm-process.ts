import { sameProcess } from '../../core/common/process/process-identity.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { readRegistration, writeRegistration } from '../../core/node/process/registration.ts';
import { isRefusal, observeSelf, readLiving, verify } from '../../core/node/process/verify.ts';
import { rootSession } from '../../core/node/sessions/root-session.ts';
import type { CliContext } from './cli-context.ts';

export interface Confirmation {
  /** Real path. */
  readonly store: string;
  readonly sessionId: string;
  readonly agent: string;
  readonly pid: number;
}

/**
 * Registers the process that a user says runs the session. Throws AgentTraceError `refused`, and registers nothing, when
 * it may not be signalled, or when another process is registered and still lives.
 */
export function confirmProcess(context: CliContext, { store, sessionId, agent, pid }: Confirmation): void {
  const { table, now } = context;
  const runtimeDir = context.runtimeDir();
  const found = table.read(pid) ?? { pid, startTime: '', bootId: '' };
  const info = verify(table, found, observeSelf(table));
  if (isRefusal(info)) throw new AgentTraceError('refused', `${info.reason}; --pid wants the agent's process`);
  const session = rootSession(store, sessionId);
  const registered = readRegistration(runtimeDir, store, session)?.process;
  if (registered && !sameProcess(registered, info) && readLiving(table, registered)) {
    throw new AgentTraceError(
      'refused',
      `session ${session} runs in process ${registered.pid}, which is alive; --pid is only for a session whose ` +
        'process is not known or dead',
    );
  }
  writeRegistration(runtimeDir, {
    session_id: session,
    store,
    process: { pid, startTime: info.startTime, bootId: info.bootId },
    executable: info.name,
    agent,
    source: 'user',
    registered_at: now(),
  });
}
