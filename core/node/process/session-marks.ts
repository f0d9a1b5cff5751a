/**
 * Variables by which a process tells in which session it was started: Claude Code, Codex and Gemini set theirs for what
 * they run (measured on 2.1.197, 0.169.0, 0.61.0); `AGENT_TRACE_SESSION` is set by `agent-trace run`.
 */
const MARKS = [
  'CLAUDE_CODE_SESSION_ID',
  'AGENT_TRACE_SESSION',
  'CODEX_THREAD_ID',
  'CODEX_SESSION_ID',
  'GEMINI_SESSION_ID',
] as const;

/** Whether one of the variables of an environment names this session. */
export function environmentNamesSession(env: Readonly<Record<string, string | undefined>>, sessionId: string): boolean {
  return sessionId !== '' && MARKS.some((mark) => env[mark] === sessionId);
}

/** The same for an environment as the kernel holds it: `NAME=value`, each ended by a NUL. */
export function environBlockNamesSession(block: Buffer, sessionId: string): boolean {
  if (sessionId === '') return false;
  return MARKS.some((mark) => {
    const entry = Buffer.from(`${mark}=${sessionId}\0`);
    for (let at = block.indexOf(entry); at >= 0; at = block.indexOf(entry, at + 1)) {
      if (at === 0 || block[at - 1] === 0) return true;
    }
    return false;
  });
}
