import { homedir } from 'node:os';
import path from 'node:path';
import { type Command, Option } from 'commander';
import type { CliContext } from '../commands/cli-context.ts';
import { age, collect, wholePositive } from './option-values.ts';

/** Adds the commands that bring sessions into the store: `setup`, `run`, `import`, `hook`. `version`: of Agent Trace. */
export function addRecordCommands(program: Command, context: () => Promise<CliContext>, version: string): void {
  program
    .command('setup')
    .description('add the recorder to the hooks of an agent')
    .option(
      '--agent <names>',
      'claude-code (the default), codex, gemini, cursor, copilot, several with commas between, or all',
    )
    .option('--global', "the user's own settings, for every project")
    .option('--print', 'print the hooks, write nothing')
    .option('--remove', 'take the hooks out again')
    .option('--list', 'list the agents: which are on this machine, which have the hooks')
    .option('--launcher', 'hooks that call a launcher in your own folder, which finds the recorder where it is by then')
    .addOption(new Option('--json', 'what was done as a JSON object').conflicts('print'))
    .option('--claude-version <version>', 'version of Claude Code, instead of asking the installed one')
    .option('--no-redact', 'hooks that write secrets to the trace as they are')
    .option('--redact-pattern <regex>', 'hooks that redact what matches, too; may be repeated', collect)
    .action(async (options) => {
      const { runSetup } = await import('../setup/run-setup.ts');
      const given = await context();
      const { cwd, env, programs } = given;
      const hookScript = path.join(programs, 'hook.cjs');
      const environment = { cwd, env, home: homedir(), node: process.execPath, version, hookScript };
      process.exitCode = await runSetup(options, environment, given);
    });

  program
    .command('run')
    .description('record a command as a session of its own: agent-trace run [--name NAME] -- COMMAND [ARGUMENTS]')
    .option('--name <name>', "name of the agent; the command's own when left out")
    .option('--no-redact', 'write secrets to the trace as they are')
    .option('--redact-pattern <regex>', 'redact what matches, too; may be repeated', collect)
    .argument('<command...>')
    .passThroughOptions()
    .action(async (command: string[], options) => {
      const { runRun } = await import('../run/run-run.ts');
      const given = await context();
      process.exitCode = await runRun({ ...options, command }, given, given);
    });

  program
    .command('import')
    .description("read agents' own session files into the store; doing so again changes nothing")
    .argument('[file|session-id]', 'a session file, or the id of a session on this machine, or the beginning of it')
    .option('--all', 'every session of every agent on this machine')
    .option('--discover', 'list what there is, with its cost; write nothing')
    .option('--since <age>', 'with --all or --discover, those written to lately: 30m, 12h, 7d, 2w', age)
    .option('--agent <name>', 'only of claude-code, codex, gemini-cli, cursor, opencode or copilot-cli')
    .option('--json', 'one JSON object a line for each session')
    .option('--store <folder>', "where to write; this folder's .agent-traces when left out")
    .option('--threads <number>', 'threads that read, 2 at most by default', wholePositive)
    .action(async (what, options) =>
      (await import('../commands/import.ts')).importCommand(await context(), what, options),
    );

  program
    .command('hook')
    .description("record one payload of an agent's hook from stdin (setup installs dist/hook.cjs, which is faster)")
    .argument('[event]')
    .allowUnknownOption()
    .allowExcessArguments()
    .action(async () => {
      const hookScript = path.join((await context()).programs, 'hook.cjs');
      // The hook is a program of its own; it takes its arguments from behind its script.
      process.argv.splice(1, 2, hookScript);
      require(hookScript);
    });
}
