import type { AskAnswer } from '../../core/common/protocol/control.ts';
import { nearness } from '../../core/common/rules/nearness.ts';
import type { Policy } from '../../core/common/rules/rule.ts';
import { type SharedValues, sessionFacts } from '../../core/common/rules/rule-facts.ts';
import type { ListedSession } from '../../core/common/session/listed-session.ts';
import type { SessionState } from '../../core/common/session/session-state.ts';
import { describeAlert } from '../../core/common/view/describe-alert.ts';
import { describeEvent } from '../../core/common/view/describe-event.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { sessionLine } from '../../core/common/view/session-line.ts';
import { Refresher } from '../../core/node/refresher.ts';
import type { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import { TerminalView } from '../view/terminal-view.ts';
import { unblockedOutput } from '../view/unblocked-output.ts';
import { AskPrompt } from './ask-prompt.ts';
import type { WatchOutput } from './watch-output.ts';

export interface TerminalOutputOptions {
  readonly stdout: NodeJS.WriteStream & { readonly fd: number };
  /** The terminal that the user types on; undefined when there is none. */
  readonly keyboard: NodeJS.ReadStream | undefined;
  readonly answer: (ask: string, answer: AskAnswer) => void;
  readonly env: NodeJS.ProcessEnv;
  /** Unix seconds. */
  readonly now: () => number;
  readonly policy: () => Policy;
  readonly sessions: () => readonly FollowedSession[];
  readonly shared: (session: FollowedSession) => SharedValues;
  readonly summary: (state: SessionState) => ListedSession;
}

/** `watch` for people. */
export function terminalOutput(options: TerminalOutputOptions): WatchOutput {
  const { stdout, keyboard, answer, env, now, policy, sessions, shared, summary } = options;
  const view = new TerminalView({ output: unblockedOutput(stdout), env, now });
  const workspaces = new Map<string, string | undefined>();
  let refreshing: NodeJS.Immediate | undefined;

  const show = (): void =>
    view.update(
      sessions().map((session) => {
        const { state: phase, guard } = summary(session.state);
        const limits = nearness(policy(), sessionFacts(session.state, now(), shared(session)));
        return sessionLine(session.state, { phase, guard, nearness: limits });
      }),
    );
  const refresher = new Refresher(show);

  const note = (text: string, tone: 'plain' | 'bad'): void => {
    for (const line of text.split('\n')) {
      view.print({ time: now(), session: '', kind: 'note', text: sanitize(line), tone });
    }
  };
  const prompt = new AskPrompt({ keyboard, say: (text) => note(text, 'plain'), answer });

  return {
    event(sessionId, event) {
      const { cwd } = event.data;
      if (event.event_type === 'session_start' && typeof cwd === 'string') workspaces.set(sessionId, cwd);
      const line = describeEvent(event, sessionId, workspaces.get(sessionId));
      if (line) view.print(line);
    },
    alert: (alert) => view.print(describeAlert(alert)),
    note,
    asks: (waiting) => prompt.show(waiting),
    // Once for a burst of events: the states of all agents' processes are asked of the system each time.
    refresh() {
      refreshing ??= setImmediate(() => {
        refreshing = undefined;
        refresher.request();
      });
    },
    async close() {
      prompt.close();
      clearImmediate(refreshing);
      refresher.dispose();
      show();
      await view.close();
    },
  };
}
