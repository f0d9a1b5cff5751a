import { Command } from 'commander';
import { sanitizeLines } from '../../core/common/view/sanitize.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { CliContext } from '../commands/cli-context.ts';
import { arrangeHelp } from './arrange-help.ts';
import { addLookBackCommands } from './look-back-commands.ts';
import type { ContextOptions } from './open-context.ts';
import { addRecordCommands } from './record-commands.ts';
import { reportError } from './report-error.ts';
import { addRulesCommands } from './rules-commands.ts';
import { addSeeCommands } from './see-commands.ts';
import { addStopCommands } from './stop-commands.ts';
import { writeOut } from './write-out.ts';

/** Commands that say what something costs. */
const PRICED: ReadonlySet<string> = new Set(['watch', 'list', 'status', 'cost', 'import', 'policy', 'test']);

/** Composition root of the command line. What a command needs, the context too, is loaded when it is called. */
export function runProgram(options: Omit<ContextOptions, 'programs'>): void {
  let opened: Promise<CliContext> | undefined;
  const context = () => {
    opened ??= import('./open-context.ts').then(({ openContext }) => openContext({ ...options, programs: __dirname }));
    return opened;
  };
  const program = new Command('agent-trace')
    .description('See coding agents live, and stop them by rules.')
    .version(packageJson.version, '-V, --version')
    .showHelpAfterError('(agent-trace --help shows what there is)')
    .configureOutput({ writeOut, writeErr: (text) => process.stderr.write(sanitizeLines(text)) })
    .enablePositionalOptions()
    .exitOverride()
    .hook('preAction', async (_, command) => {
      if (!PRICED.has(command.name())) return;
      const { readOwnPrices } = await import('./open-context.ts');
      await readOwnPrices(await context());
    });
  addSeeCommands(program, context);
  addStopCommands(program, context);
  addRulesCommands(program, context);
  addLookBackCommands(program, context);
  addRecordCommands(program, context, packageJson.version);
  arrangeHelp(program);
  program.parseAsync().catch((error: unknown) => {
    process.exitCode = reportError(error);
  });
}
