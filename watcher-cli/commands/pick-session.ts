import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { sessionNamed } from '../../core/node/sessions/session-named.ts';

const ALIVE = new Set<SessionSummary['state']>(['active', 'waiting', 'paused']);

/**
 * The session a user means: by id or a beginning of it; without a name the only one that is alive, subagents aside.
 * Throws AgentTraceError `no-such-session` with what there is.
 */
export function pickSession(sessions: readonly SessionSummary[], name: string | undefined): SessionSummary {
  if (name === undefined) {
    const alive = sessions.filter((session) => ALIVE.has(session.state) && session.parent_session_id === null);
    const only = alive.at(-1);
    // An agent under `agent-trace run` that has hooks too is recorded twice; the later session is its own.
    const pids = new Set(alive.map((session) => session.process?.pid ?? session.session_id));
    if (only && pids.size === 1) return only;
    const choice = alive.map((session) => session.session_id).join(', ');
    throw new AgentTraceError(
      'no-such-session',
      only ? `several sessions are alive, name one: ${choice}` : 'no session is alive; agent-trace list shows all',
    );
  }
  return sessionNamed(sessions, (session) => session.session_id, name);
}
