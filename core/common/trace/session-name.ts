import { fnv1a } from '../hash.ts';

const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
/** Names that mean something else: files of the store itself, devices of Windows, a dot that Windows would drop. */
const TAKEN = /\.(?:md|json|ndjson)$|\.$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const KEPT_CHARACTERS = 80;

/**
 * The name of a session in the store: its folder, and `session_id` in its meta and events. An agent's own id is kept
 * whole when it can name a folder everywhere; any other is mapped to a safe name, the same one each time. Ids come from
 * payloads, so none may lead out of the store.
 */
export function sessionName(id: string): string {
  if (PLAIN.test(id) && !TAKEN.test(id)) return id;
  return `id-${id.slice(0, KEPT_CHARACTERS).replace(/[^A-Za-z0-9_-]/g, '-')}-${fnv1a(id)}`;
}

/** A subagent's session stands beside its parent's, named after it. */
export function subagentSessionName(parentId: string, agentId: string): string {
  return sessionName(`${parentId}.${agentId}`);
}
