import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import type { Target } from '../../core/node/process/process-control.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { isRefusal, observeSelf, verify } from '../../core/node/process/verify.ts';

/**
 * Throws AgentTraceError `refused` when this program runs inside the agent that is meant. A watcher is outside of it and
 * could not tell: an agent must not steer its own guard.
 */
export function refuseOwnTree(table: ProcessTable, { process: agent, sessionId }: Target, pid = process.pid): void {
  const found = verify(table, agent, observeSelf(table, pid));
  const isAbove = isRefusal(found) && (found.refusal === 'our-ancestor' || found.refusal === 'ourselves');
  if (!isAbove && !table.carriesMark(pid, sessionId)) return;
  throw new AgentTraceError(
    'refused',
    `session ${sessionId} cannot be told from inside itself: process ${agent.pid} is an ancestor of this command, or ` +
      'its environment names the session; do it from another terminal',
  );
}
