import { findSession } from '../../common/session/find-session.ts';
import { AgentTraceError } from '../agent-trace-error.ts';

/**
 * The session of that id, or that beginning of it. `where`: words for the place of the sessions, ` in STORE`. Throws
 * AgentTraceError `no-such-session` with what fits.
 */
export function sessionNamed<T>(sessions: readonly T[], idOf: (session: T) => string, name: string, where = ''): T {
  const search = findSession(sessions, idOf, name);
  if ('found' in search) return search.found;
  throw new AgentTraceError(
    'no-such-session',
    'missing' in search
      ? `there is no session ${name}${where}; agent-trace list shows all`
      : `${name} fits several sessions, give more of the id: ${search.candidates.join(', ')}`,
  );
}
