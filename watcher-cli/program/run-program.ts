import { homedir } from 'node:os';
import { Command } from 'commander';
import { handedPrices } from '../../core/common/cost/handed-prices.ts';
import { OwnPrices, withUserPrices } from '../../core/common/cost/user-prices.ts';
import { sanitizeLines } from '../../core/common/view/sanitize.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { bundledPriceBook } from '../../core/node/cost/bundled-price-book.ts';
import { systemProcessTable } from '../../core/node/process/platform.ts';
import { userConfigLocation } from '../../core/node/rules/user-config-location.ts';
import { runtimeDir } from '../../core/node/runtime-dir.ts';
import packageJson from '../../package.json' with { type: 'json' };
import type { CliContext } from '../commands/cli-context.ts';
import { arrangeHelp } from './arrange-help.ts';
import { addLookBackCommands } from './look-back-commands.ts';
import { addRecordCommands } from './record-commands.ts';
import { reportError } from './report-error.ts';
import { addRulesCommands } from './rules-commands.ts';
import { addSeeCommands } from './see-commands.ts';
import { addStopCommands } from './stop-commands.ts';
import { writeOut } from './write-out.ts';

/** Commands that say what something costs. */
const PRICED: ReadonlySet<string> = new Set(['watch', 'list', 'status', 'cost', 'import', 'policy', 'test']);

/**
 * Composition root of the command line; what a command needs is loaded when it is called. `load`: gives what a bundle
 * exports. `keepCode`: keeps the compiled code of what has run so far.
 */
export function runProgram(load: (bundle: string) => unknown, keepCode: () => void): void {
  const ownPrices = new OwnPrices();
  const context: CliContext = {
    get cwd() {
      return currentFolder();
    },
    env: process.env,
    // Made when they are asked for: Node takes milliseconds to make one.
    get stdout() {
      return process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    table: systemProcessTable(),
    prices: withUserPrices(bundledPriceBook(__dirname, load), () => ownPrices.all),
    ownPrices,
    programs: __dirname,
    runtimeDir: () => runtimeDir(process.env),
    now: () => Date.now() / 1000,
    keepCode,
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
      const { configuredPrices } = await import('../../core/node/cost/configured-prices.ts');
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
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    const folder = process.env['PWD'] ?? 'the current folder';
    throw new AgentTraceError('failed', `${folder} is gone; change to a folder that is there and try again`);
  }
}
