import type { SessionMeta } from '../../common/trace/session-meta.ts';
import { readMeta } from '../store/session-meta-file.ts';

/** Deeper nesting of subagents than any agent allows; an end for a circle of forged links. */
const MAX_DEPTH = 16;

/**
 * The session whose process a session runs in: itself, or for a subagent the one its links to parents lead to. A link
 * to a session that the subagent is not named after is not believed. `meta`: the session's own, where it was just read.
 */
export function rootSession(store: string, sessionId: string, meta?: SessionMeta): string {
  // Named after nobody: no link of its would be believed.
  if (!sessionId.includes('.')) return sessionId;
  let root = sessionId;
  let parent = (meta ?? readMeta(store, sessionId))?.parent_session_id;
  for (let depth = 0; parent && depth < MAX_DEPTH; depth += 1) {
    root = parent;
    parent = readMeta(store, root)?.parent_session_id;
  }
  return sessionId.startsWith(`${root}.`) ? root : sessionId;
}

/** All that `rootSession` may give for a session, whatever its links say. */
export function possibleRoots(sessionId: string): readonly string[] {
  const roots = [sessionId];
  for (let dot = sessionId.lastIndexOf('.'); dot > 0; dot = sessionId.lastIndexOf('.', dot - 1))
    roots.push(sessionId.slice(0, dot));
  return roots;
}
