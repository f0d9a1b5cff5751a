import { statSync } from 'node:fs';
import path from 'node:path';
import { QUIET_AFTER } from '../../core/common/session/session-phase.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { agentProcess } from '../../core/node/sessions/agent-process.ts';
import { EVENTS_FILE } from '../../core/node/store/event-log.ts';
import { readMeta } from '../../core/node/store/session-meta-file.ts';

/**
 * Whether a stored session may still do something: its process lives, whatever the store says of its end, which anybody
 * can write who can write to the workspace. Where no process is known the store has to be believed.
 */
export function isLiveSession(table: ProcessTable, runtimeDir: string, store: string, sessionId: string): boolean {
  const meta = readMeta(store, sessionId);
  const { state } = agentProcess(table, runtimeDir, store, sessionId, meta);
  if (state !== 'unknown') return state !== 'gone';
  if (meta?.ended_at !== undefined) return false;
  const written = statSync(path.join(store, sessionId, EVENTS_FILE), { throwIfNoEntry: false });
  return written === undefined || Date.now() - written.mtimeMs < QUIET_AFTER * 1000;
}
