import type { Command } from 'commander';
import type { CliContext } from '../commands/cli-context.ts';
import { upTo } from './option-values.ts';

/** What a timer can hold: 2^31 - 1 milliseconds. */
const MAX_IDLE_SECONDS = 2_147_483;

/** Adds the commands that show sessions: `watch`, `list`, `status`, `cost`. */
export function addSeeCommands(program: Command, context: () => Promise<CliContext>): void {
  program
    .command('watch')
    .description('follow every active session of this folder and enforce its rules')
    .argument('[session]', 'id of one session, or the beginning of it')
    .option('--rules <file>', 'rule file; .watch-rules.json, .yaml or .yml of the workspace is found by itself')
    .option('--dry-run', 'say what would be done, signal nothing')
    .option('--json', 'one JSON object a line on stdout for each decision and outcome')
    .option('--max-idle <seconds>', 'end after so many seconds without any event', upTo(MAX_IDLE_SECONDS))
    .option('--follow-native', "follow sessions without hooks in their agents' own files (default)")
    .option('--no-follow-native', 'follow only what hooks, or agent-trace run, record')
    .option('--until-stdin-ends', 'end when standard input does, with the program at its other end')
    .action(async (session: string | undefined, options) => {
      const { watchCommand } = await import('../commands/watch.ts');
      process.exitCode = await watchCommand(await context(), { session, ...options });
    });

  program
    .command('list')
    .description('list the sessions of this folder')
    .option('--json', 'as a JSON array')
    .action(async (options) => (await import('../commands/list.ts')).listSessions(await context(), options));

  program
    .command('status')
    .description('show one session at length')
    .argument('[session]', 'id or the beginning of it; the one that is alive when left out')
    .option('--json', 'as a JSON object')
    .action(async (session, options) =>
      (await import('../commands/list.ts')).showStatus(await context(), session, options),
    );

  program
    .command('cost')
    .description('what a session cost, by model, subagent and prompt; without a session all of this folder')
    .argument('[session]', 'id or the beginning of it')
    .option('--json', 'as a JSON object')
    .option('--source', "show the agent's own figure too, where it gives one")
    .action(async (session, options) =>
      (await import('../commands/cost.ts')).showCost(await context(), session, options),
    );
}
