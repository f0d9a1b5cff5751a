import { findSession } from '../../core/common/session/find-session.ts';
import type { ListedSession } from '../../core/common/session/listed-session.ts';
import { ControlError } from '../../core/node/control/control-error.ts';
import type { ControlHandlers } from '../../core/node/control/peer.ts';
import type { Enforcer } from '../../core/node/enforce/enforcer.ts';
import type { AskedCalls } from './asked-calls.ts';
import type { HeldCalls } from './held-calls.ts';
import type { Watcher } from './watcher.ts';

export interface ControlHandlerParts {
  readonly enforcer: Enforcer;
  readonly sessions: () => readonly ListedSession[];
  readonly watcher: Pick<Watcher, 'judge' | 'headId'>;
  readonly calls: HeldCalls;
  readonly asked: AskedCalls;
  /** False when the rules in the files hold already. */
  readonly acceptRules: () => boolean;
}

/** What the watcher does at the request of the command line and the editor. */
export function controlHandlers({
  enforcer,
  sessions,
  watcher,
  calls,
  asked,
  acceptRules,
}: ControlHandlerParts): ControlHandlers {
  const resolve = (name: string): string => {
    const search = findSession(sessions(), (session) => session.session_id, name);
    if ('found' in search) return search.found.session_id;
    throw new ControlError('noSuchSession', `the watcher follows no session ${name}`);
  };
  return {
    list: async () => ({ sessions: sessions() }),
    pause: ({ session }) => {
      const id = resolve(session);
      calls.pause(watcher.headId(id), '', 'you have paused the session');
      return enforcer.command('pause', id);
    },
    resume: ({ session }) => {
      const id = resolve(session);
      calls.free(watcher.headId(id));
      return enforcer.command('resume', id);
    },
    kill: ({ session, graceMs }) => {
      const id = resolve(session);
      calls.kill(watcher.headId(id), '', 'you have ended the session');
      return enforcer.command('kill', id, graceMs);
    },
    judge: ({ calls: pending }, gone) => watcher.judge.verdictOn(pending, gone),
    release: (_, gone) => watcher.judge.release(gone),
    acceptRules: () => ({ accepted: acceptRules() }),
    asks: () => ({ asks: asked.waiting }),
    answer: ({ ask, answer }) => {
      if (asked.answer(ask, answer)) return {};
      throw new ControlError('noSuchAsk', `no call waits for an answer to ${ask}`);
    },
  };
}
