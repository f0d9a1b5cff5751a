import type { CallAnswer } from '../call-answer.ts';

/** What Gemini CLI reads on the stdout of a `BeforeTool` hook; empty when there is nothing to say. */
export function geminiHookAnswer({ denied, stop, warning }: CallAnswer): string {
  if (denied === undefined && warning === undefined) return '';
  return JSON.stringify({
    ...(denied === undefined ? {} : { decision: 'deny', reason: denied }),
    ...(denied !== undefined && stop ? { continue: false, stopReason: denied } : {}),
    ...(warning === undefined ? {} : { systemMessage: warning }),
  });
}
