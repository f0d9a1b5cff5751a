import { CLAUDE_CODE } from './claude-code/hook-events.ts';
import { CODEX } from './codex/rollout-parser.ts';
import { COPILOT_CLI } from './copilot-cli/events-parser.ts';
import { GEMINI_CLI } from './gemini-cli/chat-parser.ts';

/**
 * Seconds that `agent-trace setup` has an agent wait for its hook before a call: a paused session may stay paused for a
 * day. When they are over the call runs (all of them, tried), so the hook answers before.
 */
export const PATIENCE_S = 86_400;

/** How an agent is asked to wait for the hook before a call. */
export interface HookPatience {
  /** Its name of the event before a call. */
  readonly event: string;
  /** Value of the hook's `timeout`: seconds, for Gemini CLI milliseconds. */
  readonly timeout: number;
  /** Seconds that it waits where its hook has no `timeout`. */
  readonly usual: number;
}

const PATIENCE: Readonly<Record<string, HookPatience>> = {
  [CLAUDE_CODE]: { event: 'PreToolUse', timeout: PATIENCE_S, usual: 600 },
  [CODEX]: { event: 'PreToolUse', timeout: PATIENCE_S, usual: 600 },
  [COPILOT_CLI]: { event: 'preToolUse', timeout: PATIENCE_S, usual: 30 },
  [GEMINI_CLI]: { event: 'BeforeTool', timeout: PATIENCE_S * 1000, usual: 60 },
};

/** Undefined for agents that cannot be asked to wait. */
export function hookPatience(agent: string): HookPatience | undefined {
  return PATIENCE[agent];
}

/** Seconds that nobody should count on more of, for agents of which nothing is known. */
const LEAST_PATIENCE_S = 30;

/** Seconds that an agent waits for a hook whose command line does not say it. */
export function usualPatience(agent: string): number {
  return PATIENCE[agent]?.usual ?? LEAST_PATIENCE_S;
}
