import type { SessionPhase } from '../../core/common/session/session-summary.ts';

export const PHASE_NAMES: Readonly<Record<SessionPhase, string>> = {
  active: 'Running',
  waiting: 'Needs you',
  paused: 'Paused',
  completed: 'Completed',
  interrupted: 'Interrupted',
};

/** Names of codicons. */
export const PHASE_ICONS: Readonly<Record<SessionPhase, string>> = {
  active: 'pulse',
  waiting: 'bell-dot',
  paused: 'debug-pause',
  completed: 'pass',
  interrupted: 'debug-disconnect',
};
