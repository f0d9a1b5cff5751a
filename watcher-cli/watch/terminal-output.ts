import { nearness } from '../../core/common/rules/nearness.ts';
import type { Policy } from '../../core/common/rules/rule.ts';
import { sessionValues } from '../../core/common/rules/session-values.ts';
import type { SessionState } from '../../core/common/session/session-state.ts';
import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import { describeAlert } from '../../core/common/view/describe-alert.ts';
import { describeEvent } from '../../core/common/view/describe-event.ts';
import { sanitize } from '../../core/common/view/sanitize.ts';
import { sessionLine } from '../../core/common/view/session-line.ts';
import type { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import { TerminalView } from '../view/terminal-view.ts';
import { unblockedOutput } from '../view/unblocked-output.ts';
import type { WatchOutput } from './watch-output.ts';

export interface TerminalOutputOptions {
  readonly stdout: NodeJS.WriteStream & { readonly fd: number };
  readonly env: NodeJS.ProcessEnv;
  /** Unix seconds. */
  readonly now: () => number;
  readonly policy: () => Policy;
  readonly sessions: () => readonly FollowedSession[];
  readonly summary: (state: SessionState) => SessionSummary;
}

/** `watch` for people. */
export function terminalOutput(options: TerminalOutputOptions): WatchOutput {
  const { stdout, env, now, policy, sessions, summary } = options;
  const view = new TerminalView({ output: unblockedOutput(stdout), env, now });
  const workspaces = new Map<string, string | undefined>();
  let refreshing: NodeJS.Immediate | undefined;

  const refresh = (): void => {
    refreshing = undefined;
    view.update(
      sessions().map(({ state }) =>
        sessionLine(state, {
          phase: summary(state).state,
          nearness: nearness(policy(), sessionValues(state, now())),
        }),
      ),
    );
  };

  return {
    event(sessionId, event) {
      const { cwd } = event.data;
      if (event.event_type === 'session_start' && typeof cwd === 'string') workspaces.set(sessionId, cwd);
      const line = describeEvent(event, sessionId, workspaces.get(sessionId));
      if (line) view.print(line);
    },
    alert: (alert) => view.print(describeAlert(alert)),
    note(text, tone) {
      for (const line of text.split('\n')) {
        view.print({ time: now(), session: '', kind: 'note', text: sanitize(line), tone });
      }
    },
    // Once for a burst of events: the state of the agent's process is asked of the system each time.
    refresh() {
      refreshing ??= setImmediate(refresh);
    },
    async close() {
      clearImmediate(refreshing);
      refresh();
      await view.close();
    },
  };
}
