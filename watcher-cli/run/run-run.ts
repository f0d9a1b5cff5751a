import { randomBytes } from 'node:crypto';
import { errorText } from '../../core/common/error-text.ts';
import { createRedactor, keepAll, type Redactor } from '../../core/common/redact/redactor.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import { systemProcessTable } from '../../core/node/process/system-process-table.ts';
import { runtimeDir } from '../../core/node/runtime-dir.ts';
import { openSession, openStore, type SessionFolder, type Store } from '../../core/node/store/open-store.ts';
import { findStore } from '../../core/node/store/store-path.ts';
import { collectingAttempt } from '../hook/attempt.ts';
import { hookOptions } from '../hook/hook-options.ts';
import { redactPattern } from '../hook/redact-pattern.ts';
import { exitStatus, raiseSignalOf } from './command-exit.ts';
import { baseName, RunRecorder } from './run-recorder.ts';
import { SignalRelay } from './signal-relay.ts';
import { startCommand } from './start-command.ts';

export interface RunOptions {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** Name of the agent in the trace; the command's base name by default. */
  readonly name?: string | undefined;
  /** False writes secrets as they are. */
  readonly redact?: boolean | undefined;
  /** Regular expressions of further secrets. */
  readonly redactPattern?: readonly string[] | undefined;
}

export interface RunEnvironment {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The system's by default. */
  readonly table?: ProcessTable | undefined;
  /** Unix seconds; the system's clock by default. */
  readonly now?: (() => number) | undefined;
}

export interface RunOutput {
  /** Not touched while the command runs: until it has ended the terminal is its own. */
  readonly stderr: { write(text: string): unknown };
}

/**
 * `agent-trace run`: runs a command in our place and records it as a session. Gives the command's exit status, 127 when
 * there is no such command and 126 when it cannot be executed. When a signal ended the command, ends this process by
 * the same signal, or gives 128 and its number.
 *
 * Throws AgentTraceError before anything is started: `usage`, `refused` (store or runtime folder are not safe),
 * `failed` (the store cannot be written).
 */
export async function runRun(options: RunOptions, env: RunEnvironment, io: RunOutput): Promise<number> {
  const [program] = options.command;
  if (!program) {
    throw new AgentTraceError('usage', 'name a command to run: agent-trace run [--name N] -- <command> [args...]');
  }
  const table = env.table ?? systemProcessTable();
  const now = env.now ?? (() => Date.now() / 1000);
  const problems: string[] = [];
  const recorder = new RunRecorder({
    redact: redactorOf(options, env),
    runtimeDir: runtimeDir(env.env),
    ...openRun(env, now()),
    table,
    now,
    attempt: collectingAttempt(problems),
    newId: () => randomBytes(8).toString('hex'),
    agent: options.name || baseName(program),
    workspace: env.cwd,
    words: options.command,
  });
  const signals = new SignalRelay(table);
  const place = { cwd: env.cwd, env: { ...env.env, AGENT_TRACE_SESSION: recorder.session } };
  const command = await startCommand(options.command, place);
  if ('failure' in command) {
    signals.close();
    recorder.failed(command.failure, command.status);
    problems.unshift(command.failure);
    report(problems, io);
    return command.status;
  }
  signals.relayTo(command);
  recorder.started(command.pid);
  const exit = await command.ended;
  signals.close();
  recorder.ended(exit);
  report(problems, io);
  raiseSignalOf(exit);
  return exitStatus(exit);
}

function report(problems: readonly string[], io: RunOutput): void {
  for (const problem of problems) io.stderr.write(`agent-trace run: ${problem}\n`);
}

/** A run that cannot be recorded is not begun: the user asked for the record. */
function openRun(env: RunEnvironment, now: number): { store: Store; session: SessionFolder } {
  const place = findStore(env);
  try {
    const store = openStore(place);
    return { store, session: openSession(store, runId(now)) };
  } catch (error) {
    if (error instanceof AgentTraceError) throw error;
    const reason = errorText(error);
    throw new AgentTraceError(
      'failed',
      `cannot record in ${place.path}: ${reason}; name another store in AGENT_TRACE_DIR`,
    );
  }
}

/** `run-20261120-210559-3f9a1c`: sorts by time (UTC), unique, and a plain name for a folder. */
function runId(now: number): string {
  const time = new Date(now * 1000).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `run-${time}-${randomBytes(3).toString('hex')}`;
}

function redactorOf(options: RunOptions, env: RunEnvironment): Redactor {
  const asked = hookOptions([], env.env);
  if (options.redact === false || !asked.redact) return keepAll;
  return createRedactor([...asked.patterns, ...(options.redactPattern ?? [])].map(redactPattern));
}
