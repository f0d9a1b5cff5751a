import { writeRegistration } from '../../core/node/process/registration.ts';
import { systemProcessTable } from '../../core/node/process/system-process-table.ts';

/** Says, as a recorder does, in which process a session of a benchmark runs. Throws when it is gone. */
export function registerSession(runtimeDir: string, store: string, session_id: string, pid: number): void {
  const info = systemProcessTable().read(pid);
  if (!info) throw new Error(`process ${pid} is gone`);
  writeRegistration(runtimeDir, {
    session_id,
    store,
    process: { pid, startTime: info.startTime, bootId: info.bootId },
    executable: info.name,
    agent: 'bench',
    source: 'spawned',
    registered_at: Date.now() / 1000,
  });
}
