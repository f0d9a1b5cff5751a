import { homedir } from 'node:os';
import { Command } from 'commander';
import { handedPrices } from '../core/common/cost/handed-prices.ts';
import { OwnPrices, withUserPrices } from '../core/common/cost/user-prices.ts';
import { sanitizeLines } from '../core/common/view/sanitize.ts';
import { AgentTraceError } from '../core/node/agent-trace-error.ts';
import { bundledPriceBook } from '../core/node/cost/bundled-price-book.ts';
import { systemProcessTable } from '../core/node/process/platform.ts';
import { userConfigLocation } from '../core/node/rules/user-config-location.ts';
import { runtimeDir } from '../core/node/runtime-dir.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { CliContext } from './commands/cli-context.ts';
import { arrangeHelp } from './program/arrange-help.ts';
import { addLookBackCommands } from './program/look-back-commands.ts';
import { addRecordCommands } from './program/record-commands.ts';
import { reportError } from './program/report-error.ts';
import { addRulesCommands } from './program/rules-commands.ts';
import { addSeeCommands } from './program/see-commands.ts';
import { addStopCommands } from './program/stop-commands.ts';

/** `dist/agent-trace.cjs`: composition root of the command line. What a command needs is loaded when it is called. */

const ownPrices = new OwnPrices();

const context: CliContext = {
  get cwd() {
    return currentFolder();
  },
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  table: systemProcessTable(),
  prices: withUserPrices(bundledPriceBook(__dirname), () => ownPrices.all),
  ownPrices,
  programs: __dirname,
  runtimeDir: () => runtimeDir(process.env),
  now: () => Date.now() / 1000,
};

const program = new Command('agent-trace')
  .description('See coding agents live, and stop them by rules.')
  .version(packageJson.version, '-V, --version')
  .showHelpAfterError('(agent-trace --help shows what there is)')
  .configureOutput({ writeErr: (text) => process.stderr.write(sanitizeLines(text)) })
  .enablePositionalOptions()
  .exitOverride();

/** Commands that say what something costs. */
const PRICED: ReadonlySet<string> = new Set(['watch', 'list', 'status', 'cost', 'import', 'policy', 'test']);

program.hook('preAction', async (_, command) => {
  if (!PRICED.has(command.name())) return;
  const { configuredPrices } = await import('../core/node/cost/configured-prices.ts');
  const configured = await configuredPrices(userConfigLocation(process.env, homedir()));
  ownPrices.set({ configured, setting: handedPrices(process.env) });
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

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    const folder = process.env['PWD'] ?? 'the current folder';
    throw new AgentTraceError('failed', `${folder} is gone; change to a folder that is there and try again`);
  }
}
