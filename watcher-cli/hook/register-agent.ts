import type { HookPayload } from '../../core/common/adapters/claude-code/hook-payload.ts';
import { CURSOR } from '../../core/common/adapters/cursor/transcript-parser.ts';
import { isAgent } from '../../core/node/process/executable-names.ts';
import { type FoundAgent, findAgent } from '../../core/node/process/find-agent.ts';
import { isRegistered, writeRegistration } from '../../core/node/process/registration.ts';
import { runtimeDir } from '../../core/node/runtime-dir.ts';
import type { Store } from '../../core/node/store/open-store.ts';
import type { HookHost } from './hook-host.ts';

/**
 * Finds the agent's process above this hook and registers it, so that the watcher may signal it: always at a session's
 * start (a resumed session has a new process), later only when that has not been done. Undefined when there was nothing
 * to do, or no agent to be found.
 */
export function registerAgent(payload: HookPayload, store: Store, host: HookHost): FoundAgent | undefined {
  const folder = runtimeDir(host.env);
  const session = payload.rootSession;
  if (payload.event !== 'SessionStart' && isRegistered(folder, store.path, session)) return undefined;
  const found = findAgent({
    env: host.env,
    pid: host.pid,
    agentName: payload.agent,
    sessionId: payload.agentSessionId,
  });
  // Cursor's agent runs inside the editor, which nobody wants to lose with it; only its command line stands alone.
  if (!found || (payload.agent === CURSOR && !isAgent(found.executable))) return undefined;
  writeRegistration(folder, {
    session_id: session,
    store: store.path,
    ...found,
    agent: payload.agent,
    asks: true,
    registered_at: host.now,
  });
  return found;
}
