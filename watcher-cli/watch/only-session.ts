import { findSession } from '../../core/common/session/find-session.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { storedSessionIds } from '../../core/node/sessions/stored-sessions.ts';

/** The session of the store that a user named. Throws AgentTraceError `no-such-session`. */
export function onlySession(store: string, name: string): string {
  const search = findSession(storedSessionIds(store), (id) => id, name);
  if ('found' in search) return search.found;
  throw new AgentTraceError(
    'no-such-session',
    'missing' in search
      ? `there is no session ${name} in ${store}; agent-trace list shows all`
      : `${name} fits several sessions, give more of the id: ${search.candidates.join(', ')}`,
  );
}
