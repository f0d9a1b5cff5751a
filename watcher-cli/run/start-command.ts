import { spawn } from 'node:child_process';
import type { CommandExit } from './command-exit.ts';

export interface StartedCommand {
  readonly pid: number;
  readonly ended: Promise<CommandExit>;
  /** Does nothing once the command has ended: its pid may be another's by then. */
  signal(signal: NodeJS.Signals): void;
}

export interface StartFailure {
  /** One sentence, with the command's name. */
  readonly failure: string;
  /** As shells have it: 127 when there is no such command, 126 when it cannot be executed. */
  readonly status: 126 | 127;
}

export interface CommandPlace {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Starts a command on our terminal: our descriptors, our process group. Never throws. */
export async function startCommand(
  words: readonly string[],
  place: CommandPlace,
): Promise<StartedCommand | StartFailure> {
  const [program = '', ...args] = words;
  try {
    const child = spawn(program, args, { ...place, stdio: 'inherit' });
    const { pid } = child;
    if (pid === undefined) throw await new Promise((resolve) => child.once('error', resolve));
    const ended = new Promise<CommandExit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code: code ?? 0, signal: signal ?? undefined }));
    });
    return { pid, ended, signal: (signal) => void child.kill(signal) };
  } catch (error) {
    return failureOf(program, error as NodeJS.ErrnoException);
  }
}

function failureOf(program: string, error: NodeJS.ErrnoException): StartFailure {
  // Windows starts programs only; a command installed by npm is a script there.
  const hint = process.platform === 'win32' ? `; start a script with: agent-trace run -- cmd /c ${program}` : '';
  if (error.code === 'ENOENT') return { failure: `${program}: command not found${hint}`, status: 127 };
  return { failure: `${program}: cannot be executed: ${error.message}${hint}`, status: 126 };
}
