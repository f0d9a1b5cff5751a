import { decodeAttribution } from '../../core/common/trace/session-meta.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { likelyAgents } from '../../core/node/process/likely-agents.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { realPath } from '../../core/node/real-path.ts';
import { rootSession } from '../../core/node/sessions/root-session.ts';
import { readMeta } from '../../core/node/store/session-meta-file.ts';

/**
 * What to add to a refusal when no process is registered for a session: those that may run it, for the user to choose
 * from. What the store says can be forged, so none is used unasked; only agents' own executables are named.
 */
export function offerProcesses(table: ProcessTable, store: string, sessionId: string): string {
  const meta = readMeta(store, rootSession(store, sessionId));
  const { transcriptPath, workspace } = meta ? decodeAttribution(meta) : {};
  const file = transcriptPath === undefined ? undefined : realPath(transcriptPath);
  const agents = likelyAgents(table, { file, workspace: workspace === undefined ? undefined : realPath(workspace) });
  return agents
    .map(({ pid, name, holdsFile }) => {
      const why = holdsFile ? "has the session's file open" : "works in the session's folder";
      return `; ${sanitize(name)} ${why}: --pid ${pid}`;
    })
    .join('');
}
