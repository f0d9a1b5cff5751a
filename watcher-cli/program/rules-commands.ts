import type { Command } from 'commander';
import type { CliContext } from '../commands/cli-context.ts';
import { age } from './option-values.ts';

/** Adds `rules` and its commands. */
export function addRulesCommands(program: Command, context: () => Promise<CliContext>): void {
  const rules = program.command('rules').description('check, explain and try the rules of this folder');

  rules
    .command('check')
    .description('every mistake in the rule files, with its place; exit code 1 when there is one')
    .argument('[file]', "only this file; your own rules and the workspace's when left out")
    .option('--json', 'as a JSON object')
    .action(async (file, options) => {
      const { checkRules } = await import('../rules/rules-check.ts');
      process.exitCode = await checkRules(await context(), file, options);
    });

  rules
    .command('accept')
    .description('let rules hold that an agent has changed')
    .action(async () => (await import('../rules/rules-accept.ts')).acceptRulesHere(await context()));

  rules
    .command('explain')
    .description('each rule in words, and older conditions as they are written in when')
    .argument('[file]', "only this file; your own rules and the workspace's when left out")
    .option('--json', 'as a JSON array')
    .action(async (file, options) =>
      (await import('../rules/rules-explain.ts')).explainRules(await context(), file, options),
    );

  rules
    .command('test')
    .description(
      'back-test: which recorded sessions each rule would have stopped, where, and what that would have saved',
    )
    .option('--session <id>', 'only this session and its subagents; id or the beginning of it')
    .option('--since <age>', 'only sessions with an event lately: 30m, 12h, 7d, 2w', age)
    .option('--rules <file>', "instead of the workspace's rule file")
    .option('--json', 'as a JSON object')
    .action(async (options) => (await import('../rules/rules-test.ts')).testRules(await context(), options));

  rules
    .command('init')
    .description("write a first rule file, with comments, as this folder's .watch-rules.yaml")
    .option('--force', 'replace the one that is there')
    .action(async (options) => (await import('../rules/rules-init.ts')).initRules(await context(), options));

  rules
    .command('vars')
    .description('the variables and functions of conditions: type, unit, meaning, example')
    .option('--json', 'as a JSON object')
    .action(async (options) => (await import('../rules/rules-vars.ts')).showVariables(await context(), options));
}
