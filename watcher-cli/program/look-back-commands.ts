import type { Command } from 'commander';
import type { CliContext } from '../commands/cli-context.ts';
import { age } from './option-values.ts';

/** Adds the commands about what sessions did: `audit`, `policy`. */
export function addLookBackCommands(program: Command, context: () => Promise<CliContext>): void {
  program
    .command('audit')
    .description('check what recorded sessions did against .agent-scope.json; exit code 1 when something is found')
    .argument('[session]', 'id or the beginning of it; the one started last when left out')
    .option('--policy <file>', "policy file; this folder's .agent-scope.json is found by itself")
    .option('--since <age>', 'the sessions with an event lately: 30m, 12h, 7d, 2w', age)
    .option('--all', 'every session of this folder')
    .option('--strict', 'what cannot be checked counts as found')
    .option('--json', 'one JSON object a line for each session')
    .action(async (session, options) => {
      const { auditCommand } = await import('../commands/audit.ts');
      process.exitCode = await auditCommand(await context(), session, options);
    });

  program
    .command('policy')
    .description('propose an .agent-scope.json and rules from what recorded sessions did')
    .option('--session <id>', 'from this session and its subagents; id or the beginning of it')
    .option('--since <age>', 'from sessions with an event lately: 30m, 12h, 7d, 2w', age)
    .option('--output <file>', 'write the policy there instead of showing it')
    .option('--output-rules <file>', 'write the rules there instead of showing them')
    .option('--force', 'replace files that are there')
    .option('--json', 'both as a JSON object')
    .action(async (options) => (await import('../commands/policy.ts')).policyCommand(await context(), options));
}
