import { sessionNamed } from '../../core/node/sessions/session-named.ts';
import { storedSessionIds } from '../../core/node/sessions/stored-sessions.ts';

/** The session of the store that a user named. Throws AgentTraceError `no-such-session`. */
export function onlySession(store: string, name: string): string {
  return sessionNamed(storedSessionIds(store), (id) => id, name, ` in ${store}`);
}
