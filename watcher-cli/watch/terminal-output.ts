import type { Policy } from '../../core/common/rules/rule.ts';
import { printable } from '../../core/common/rules/rule-issue.ts';
import type { SessionState } from '../../core/common/session/session-state.ts';
import type { SessionSummary } from '../../core/common/session/session-summary.ts';
import type { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import type { WatchOutput } from './watch-output.ts';

export interface TerminalOutputOptions {
  readonly stdout: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly policy: () => Policy;
  readonly sessions: () => readonly FollowedSession[];
  readonly summary: (state: SessionState) => SessionSummary;
}

export function terminalOutput(options: TerminalOutputOptions): WatchOutput {
  const line = (text: string) => void options.stdout.write(`${printable(text)}\n`);
  return {
    event: (sessionId, event) =>
      line(`${sessionId.slice(0, 8)} ${event.event_type} ${JSON.stringify(event.data).slice(0, 100)}`),
    alert: (alert) =>
      line(
        `${alert.type} ${alert.session_id} ${alert.action} ${alert.type === 'decision' ? alert.message : `${alert.result}: ${alert.reason}`}`,
      ),
    note: (text) => line(text),
    refresh: () => {},
    close: () => {},
  };
}
