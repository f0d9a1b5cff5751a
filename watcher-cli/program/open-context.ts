import { homedir } from 'node:os';
import { handedPrices } from '../../core/common/cost/handed-prices.ts';
import { OwnPrices, withUserPrices } from '../../core/common/cost/user-prices.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { bundledPriceBook } from '../../core/node/cost/bundled-price-book.ts';
import { systemProcessTable } from '../../core/node/process/system-process-table.ts';
import { userConfigLocation } from '../../core/node/rules/user-config-location.ts';
import { runtimeDir } from '../../core/node/runtime-dir.ts';
import type { CliContext } from '../commands/cli-context.ts';

export interface ContextOptions {
  /** Folder of the bundled programs. */
  readonly programs: string;
  /** Gives what a bundle exports. */
  readonly load: (bundle: string) => unknown;
  readonly keepCode: () => void;
}

export function openContext({ programs, load, keepCode }: ContextOptions): CliContext {
  const ownPrices = new OwnPrices();
  return {
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
    prices: withUserPrices(bundledPriceBook(programs, load), () => ownPrices.all),
    ownPrices,
    programs,
    runtimeDir: () => runtimeDir(process.env),
    now: () => Date.now() / 1000,
    keepCode,
  };
}

/** The user's own prices, for commands that say what something costs. */
export async function readOwnPrices({ env, ownPrices }: CliContext): Promise<void> {
  const { configuredPrices } = await import('../../core/node/cost/configured-prices.ts');
  const configured = await configuredPrices(userConfigLocation(env, homedir()));
  ownPrices.set({ configured, setting: handedPrices(env) });
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    const folder = process.env['PWD'] ?? 'the current folder';
    throw new AgentTraceError('failed', `${folder} is gone; change to a folder that is there and try again`);
  }
}
