import { statSync } from 'node:fs';
import path from 'node:path';
import { QUIET_AFTER } from '../../core/common/session/session-phase.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { RegisteredSessions } from '../../core/node/process/registration.ts';
import { agentProcess } from '../../core/node/sessions/agent-process.ts';
import { possibleRoots } from '../../core/node/sessions/root-session.ts';
import { EVENTS_FILE } from '../../core/node/store/event-log.ts';
import { readMeta } from '../../core/node/store/session-meta-file.ts';

/** Which sessions of a store live. It may hold a hundred thousand of the past: of most of them no file is opened. */
export class LiveSessions {
  private readonly table: ProcessTable;
  private readonly runtimeDir: string;
  private readonly store: string;
  /** Until the end of this turn of the loop. */
  private registered: RegisteredSessions | undefined;

  /** `store`: its real path. */
  constructor(table: ProcessTable, runtimeDir: string, store: string) {
    this.table = table;
    this.runtimeDir = runtimeDir;
    this.store = store;
  }

  /**
   * Whether a stored session may still do something: its process lives, whatever the store says of its end, which anybody
   * can write who can write to the workspace. Where no process is known the store has to be believed.
   */
  has(sessionId: string): boolean {
    const { table, runtimeDir, store } = this;
    if (this.mayBeRegistered(sessionId)) {
      const { state } = agentProcess(table, runtimeDir, store, sessionId);
      if (state !== 'unknown') return state !== 'gone';
    }
    const written = statSync(path.join(store, sessionId, EVENTS_FILE), { throwIfNoEntry: false });
    if (written !== undefined && Date.now() - written.mtimeMs >= QUIET_AFTER * 1000) return false;
    return readMeta(store, sessionId)?.ended_at === undefined;
  }

  /** Whether its process, or that of a session above it, is registered. */
  private mayBeRegistered(sessionId: string): boolean {
    this.registered ??= this.registeredNow();
    return possibleRoots(sessionId).some((id) => this.registered?.has(id));
  }

  private registeredNow(): RegisteredSessions {
    setImmediate(() => {
      this.registered = undefined;
    });
    return new RegisteredSessions(this.runtimeDir, this.store);
  }
}
