import { decodeAttribution } from '../../common/trace/session-meta.ts';
import type { Target } from '../process/process-control.ts';
import { readRegistration } from '../process/registration.ts';
import { systemProcessTable } from '../process/system-process-table.ts';
import { rootSession } from '../sessions/root-session.ts';
import { readMeta } from '../store/session-meta-file.ts';
import { successorOf } from './successor.ts';

export type TargetSearch =
  | {
      readonly target: Target;
      /** Asked for users' commands only: the session that the process of this ended one has gone on to. */
      readonly successor?: () => string | undefined;
    }
  | { readonly refusal: string };

/**
 * The process a session's signals go to: the one its recorder registered outside the workspace. A subagent runs inside
 * the process of the session it belongs to. What `meta.json` claims is never enough, whoever can write to the workspace
 * can write it.
 */
export function findTarget(
  runtimeDir: string,
  store: string,
  sessionId: string,
  table = systemProcessTable(),
): TargetSearch {
  const root = rootSession(store, sessionId);
  const registration = readRegistration(runtimeDir, store, root);
  if (registration) {
    return {
      target: { process: registration.process, sessionId: root },
      successor: () => successorOf(table, runtimeDir, store, root),
    };
  }
  const meta = readMeta(store, root);
  const claimed = meta && decodeAttribution(meta).process;
  return {
    refusal: claimed
      ? `session ${root} claims to be process ${claimed.pid}, but no recorder of this user registered that process; ` +
        `check it, then confirm with --pid ${claimed.pid}`
      : `no process is known for session ${root}; if you know it, name it with --pid PID`,
  };
}
