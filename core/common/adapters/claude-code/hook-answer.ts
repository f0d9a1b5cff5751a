import type { CallAnswer } from '../call-answer.ts';

/**
 * What Claude Code reads on the stdout of a `PreToolUse` hook. Empty when there is nothing to say: a call that nothing
 * forbids is left to the agent's own permissions. `stop` ends the turn of 2.1.329; 2.1.197 only denies the call, and ends
 * the turn after it (`turnAnswer`; both tried).
 */
export function hookAnswer({ denied, stop, warning }: CallAnswer): string {
  if (denied === undefined && warning === undefined) return '';
  return JSON.stringify({
    ...(denied !== undefined && stop ? { continue: false, stopReason: denied } : {}),
    ...(warning === undefined ? {} : { systemMessage: warning }),
    ...(denied === undefined
      ? {}
      : {
          hookSpecificOutput: {
            hookEventName: 'PreToolUse',
            permissionDecision: 'deny',
            permissionDecisionReason: denied,
          },
        }),
  });
}

/** What Claude Code reads on the stdout of a `PostToolBatch` hook that ends the turn. */
export function turnAnswer(why: string): string {
  return JSON.stringify({ continue: false, stopReason: why });
}
