import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { sanitizeLines } from '../core/common/view/sanitize.ts';
import { AgentTraceError, EXIT_CODES } from '../core/node/agent-trace-error.ts';
import { systemProcessTable } from '../core/node/process/platform.ts';
import { runtimeDir } from '../core/node/runtime-dir.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { CliContext } from './commands/cli-context.ts';

/** `dist/agent-trace.cjs`: composition root of the command line. What a command needs is loaded when it is called. */

const context: CliContext = {
  get cwd() {
    return currentFolder();
  },
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  table: systemProcessTable(),
  runtimeDir: () => runtimeDir(process.env),
  now: () => Date.now() / 1000,
};

/** What a timer can hold: 2^31 - 1 milliseconds. */
const MAX_IDLE_SECONDS = 2_147_483;
/** As the control socket has it. */
const MAX_GRACE_SECONDS = 60;

const program = new Command('agent-trace')
  .description('See coding agents live, and stop them by rules.')
  .version(packageJson.version, '-V, --version')
  .showHelpAfterError('(agent-trace --help shows what there is)')
  .configureOutput({ writeErr: (text) => process.stderr.write(sanitizeLines(text)) })
  .enablePositionalOptions()
  .exitOverride();

program
  .command('watch')
  .description('follow every active session of this folder and enforce its rules')
  .argument('[session]', 'id of one session, or the beginning of it')
  .option('--rules <file>', 'rule file; .watch-rules.json, .yaml or .yml of the workspace is found by itself')
  .option('--dry-run', 'say what would be done, signal nothing')
  .option('--json', 'one JSON object a line on stdout for each decision and outcome')
  .option('--max-idle <seconds>', 'end after so many seconds without any event', upTo(MAX_IDLE_SECONDS))
  .option('--until-stdin-ends', 'end when standard input does, with the program at its other end')
  .action(async (session: string | undefined, { untilStdinEnds, ...options }) => {
    const { watchStore } = await import('./watch/watch.ts');
    const stop = new AbortController();
    let status = 0;
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      process.once(signal, () => {
        status = code;
        stop.abort();
      });
    }
    // A pipe whose other end died tells it by an error on some systems.
    if (untilStdinEnds) for (const end of ['end', 'error']) process.stdin.resume().once(end, () => stop.abort());
    try {
      await watchStore(context, { session, ...options }, stop.signal);
      process.exitCode = status;
    } finally {
      if (untilStdinEnds) process.stdin.destroy();
    }
  });

program
  .command('list')
  .description('list the sessions of this folder')
  .option('--json', 'as a JSON array')
  .action(async (options) => (await import('./commands/list.ts')).listSessions(context, options));

program
  .command('status')
  .description('show one session at length')
  .argument('[session]', 'id or the beginning of it; the one that is alive when left out')
  .option('--json', 'as a JSON object')
  .action(async (session, options) => (await import('./commands/list.ts')).showStatus(context, session, options));

for (const [action, description] of [
  ['pause', 'stop an agent and everything it started, until it is resumed'],
  ['resume', 'let a paused agent go on'],
  ['kill', 'end an agent and everything it started'],
] as const) {
  const command = program
    .command(action)
    .description(description)
    .argument('[session]', 'id or the beginning of it; the one that is alive when left out')
    .option('--pid <pid>', 'the process you know to be the agent of the session', wholePositive)
    .option('--json', 'the outcome as a JSON object');
  if (action === 'kill') {
    const description = 'time between SIGTERM and SIGKILL, at most 60 (default: 5)';
    command.option('--grace <seconds>', description, upTo(MAX_GRACE_SECONDS));
  }
  command.action(async (session: string | undefined, options) => {
    const { controlSession } = await import('./commands/control.ts');
    const graceMs = options.grace === undefined ? {} : { graceMs: options.grace * 1000 };
    await controlSession(context, action, session, { ...options, ...graceMs });
  });
}

program
  .command('run')
  .description('record a command as a session of its own: agent-trace run [--name NAME] -- COMMAND [ARGUMENTS]')
  .option('--name <name>', "name of the agent; the command's own when left out")
  .option('--no-redact', 'write secrets to the trace as they are')
  .option('--redact-pattern <regex>', 'redact what matches, too; may be repeated', collect)
  .argument('<command...>')
  .passThroughOptions()
  .action(async (command: string[], options) => {
    const { runRun } = await import('./run/run-run.ts');
    process.exitCode = await runRun({ ...options, command }, context, context);
  });

program
  .command('setup')
  .description('add the recorder to the hooks of Claude Code in .claude/settings.json')
  .option('--global', "the user's own settings, for every project")
  .option('--print', 'print the hooks, write nothing')
  .option('--remove', 'take the hooks out again')
  .option('--claude-version <version>', 'version of Claude Code, instead of asking the installed one')
  .option('--no-redact', 'hooks that write secrets to the trace as they are')
  .option('--redact-pattern <regex>', 'hooks that redact what matches, too; may be repeated', collect)
  .action(async (options) => {
    const { runSetup } = await import('./setup/run-setup.ts');
    const { homedir } = await import('node:os');
    const environment = {
      cwd: context.cwd,
      env: context.env,
      home: homedir(),
      node: process.execPath,
      hookScript: path.join(__dirname, 'hook.cjs'),
    };
    process.exitCode = await runSetup(options, environment, context);
  });

program
  .command('hook')
  .description("record one payload of an agent's hook from stdin (setup installs dist/hook.cjs, which is faster)")
  .argument('[event]')
  .allowUnknownOption()
  .allowExcessArguments()
  .action(() => {
    // The hook is a program of its own; it takes its arguments from behind its script.
    process.argv.splice(1, 2, path.join(__dirname, 'hook.cjs'));
    require(path.join(__dirname, 'hook.cjs'));
  });

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError(`a number greater than 0 is wanted, not ${text}.`);
  }
  return value;
}

function upTo(limit: number): (text: string) => number {
  return (text) => {
    const value = positive(text);
    if (value > limit) throw new InvalidArgumentError(`at most ${limit} seconds are possible, not ${text}.`);
    return value;
  };
}

function wholePositive(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text)) || Number(text) === 0) {
    throw new InvalidArgumentError(`a whole number greater than 0 is wanted, not ${text}.`);
  }
  return Number(text);
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    const folder = process.env['PWD'] ?? 'the current folder';
    throw new AgentTraceError('failed', `${folder} is gone; change to a folder that is there and try again`);
  }
}

function say(text: string): void {
  process.stderr.write(`agent-trace: ${sanitizeLines(text)}\n`);
}

program.parseAsync().catch((error: unknown) => {
  if (error instanceof AgentTraceError) {
    say(error.message);
    process.exitCode = EXIT_CODES[error.code];
    return;
  }
  // Commander has said what was wrong; asking for help or the version is no error.
  if (isCommanderError(error)) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.usage;
    return;
  }
  if (isSystemError(error)) {
    say(`${error.message}; see that it is there, and yours to read and write`);
    process.exitCode = EXIT_CODES.failed;
    return;
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = EXIT_CODES.internal;
});

/** The file system's, which names the path. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'path' in error;
}

function isCommanderError(error: unknown): error is { exitCode: number } {
  return (
    error instanceof Error && 'exitCode' in error && 'code' in error && String(error.code).startsWith('commander.')
  );
}
