import { sameProcess } from '../../common/process/process-identity.ts';
import type { ProcessTable } from '../process/process-table.ts';
import { readRegistration, registrationsOf } from '../process/registration.ts';
import { readLiving } from '../process/verify.ts';
import { readMeta } from '../store/session-meta-file.ts';

/**
 * The session that an ended session's living process has gone on to: another one of the store that was registered for
 * the same process later. Undefined for a session that has not ended, and when no other claims the process: an end that
 * an agent has only written itself must not protect it.
 */
export function successorOf(
  table: Pick<ProcessTable, 'read'>,
  runtimeDir: string,
  store: string,
  sessionId: string,
): string | undefined {
  if (readMeta(store, sessionId)?.ended_at === undefined) return undefined;
  const own = readRegistration(runtimeDir, store, sessionId);
  if (!own || !readLiving(table, own.process)) return undefined;
  return registrationsOf(runtimeDir, store)
    .filter(({ session_id, process }) => session_id !== sessionId && sameProcess(process, own.process))
    .filter(({ registered_at }) => registered_at >= own.registered_at)
    .sort((a, b) => a.registered_at - b.registered_at)
    .at(-1)?.session_id;
}
