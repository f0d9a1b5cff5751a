import { sanitizeLines } from '../../core/common/view/sanitize.ts';
import { AgentTraceError, EXIT_CODES } from '../../core/node/agent-trace-error.ts';

/** Says on stderr why a command failed, and gives the exit code for it. */
export function reportError(error: unknown): number {
  if (error instanceof AgentTraceError) {
    say(error.message);
    return EXIT_CODES[error.code];
  }
  // Commander has said what was wrong; asking for help or the version is no error.
  if (isCommanderError(error)) return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  if (isSystemError(error)) {
    say(`${error.message}; see that it is there, and yours to read and write`);
    return EXIT_CODES.failed;
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return EXIT_CODES.internal;
}

function say(text: string): void {
  process.stderr.write(`agent-trace: ${sanitizeLines(text)}\n`);
}

/** The file system's, which names the path. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

function isCommanderError(error: unknown): error is { exitCode: number } {
  return (
    error instanceof Error && 'exitCode' in error && 'code' in error && String(error.code).startsWith('commander.')
  );
}
