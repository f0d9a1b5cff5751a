import { decodeAttribution } from '../../core/common/trace/session-meta.ts';
import type { Target } from '../../core/node/process/process-control.ts';
import { readRegistration } from '../../core/node/process/registration.ts';
import { readMeta } from '../../core/node/store/session-meta-file.ts';

export type TargetSearch = { readonly target: Target } | { readonly refusal: string };

/**
 * The process a session's signals go to: the one its recorder registered outside the workspace. A subagent runs inside
 * its parent's process. What `meta.json` claims is never enough, whoever can write to the workspace can write it.
 */
export function findTarget(runtimeDir: string, store: string, sessionId: string): TargetSearch {
  const registration = readRegistration(runtimeDir, store, sessionId);
  if (registration) return { target: { process: registration.process, sessionId } };
  const meta = readMeta(store, sessionId);
  const parent = meta?.parent_session_id;
  // A subagent's session is named after its parent; a link to any other session is not believed.
  if (parent && sessionId.startsWith(`${parent}.`)) return findTarget(runtimeDir, store, parent);
  const claimed = meta ? decodeAttribution(meta).process : undefined;
  return {
    refusal: claimed
      ? `session ${sessionId} claims to be process ${claimed.pid}, but no recorder of this user registered that process; ` +
        `check it, then confirm with --pid ${claimed.pid}`
      : `no process is known for session ${sessionId}; if you know it, name it with --pid PID`,
  };
}
