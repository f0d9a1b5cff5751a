import { findSession } from '../../core/common/session/find-session.ts';
import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import { ControlError } from '../../core/node/control/control-error.ts';
import type { ControlHandlers } from '../../core/node/control/peer.ts';
import type { Enforcer } from '../../core/node/enforce/enforcer.ts';

export interface ControlHandlerParts {
  readonly enforcer: Enforcer;
  readonly sessions: () => readonly SessionSummary[];
}

/** What the watcher does at the request of the command line and the editor. */
export function controlHandlers({ enforcer, sessions }: ControlHandlerParts): ControlHandlers {
  const resolve = (name: string): string => {
    const search = findSession(sessions(), (session) => session.session_id, name);
    if ('found' in search) return search.found.session_id;
    throw new ControlError('noSuchSession', `the watcher follows no session ${name}`);
  };
  return {
    list: async () => ({ sessions: sessions() }),
    pause: ({ session }) => enforcer.command('pause', resolve(session)),
    resume: ({ session }) => enforcer.command('resume', resolve(session)),
    kill: ({ session, graceMs }) => enforcer.command('kill', resolve(session), graceMs),
  };
}
