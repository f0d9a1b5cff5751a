import type { PanelControls } from '../protocol/panel.ts';
import type { SessionPhase } from '../session/session-summary.ts';

export interface ControlFacts {
  readonly phase: SessionPhase;
  /** A process was recorded for the session. */
  readonly hasProcess: boolean;
  /** The user trusts the workspace. */
  readonly trusted: boolean;
  readonly pending: PanelControls['pending'];
}

/** What can be done with a session now, wherever buttons for it are shown. */
export function sessionControls(facts: ControlFacts): PanelControls {
  const { pending } = facts;
  const reason = whyNothing(facts);
  if (reason !== '') return { pause: false, resume: false, kill: false, pending, reason };
  const paused = facts.phase === 'paused';
  // What hangs can still be killed.
  return {
    pause: !paused && pending === null,
    resume: paused && pending === null,
    kill: pending !== 'kill',
    pending,
    reason: '',
  };
}

function whyNothing({ phase, hasProcess, trusted }: ControlFacts): string {
  if (phase === 'completed') return 'The session has ended.';
  if (phase === 'interrupted') return hasProcess ? 'The process of the agent is gone.' : 'Nothing was heard for long.';
  if (!hasProcess) return 'No process is known for this session.';
  return trusted ? '' : 'The workspace is not trusted: nothing is signalled.';
}
