import { readMeta } from '../store/session-meta-file.ts';

/** Deeper nesting of subagents than any agent allows; an end for a circle of forged links. */
const MAX_DEPTH = 16;

/**
 * The session whose process a session runs in: itself, or for a subagent the one its links to parents lead to. A link
 * to a session that the subagent is not named after is not believed.
 */
export function rootSession(store: string, sessionId: string): string {
  let root = sessionId;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const parent = readMeta(store, root)?.parent_session_id;
    if (!parent) break;
    root = parent;
  }
  return sessionId.startsWith(`${root}.`) ? root : sessionId;
}
