import type { PriceBook } from '../../core/common/cost/cost.ts';
import type { OwnPrices } from '../../core/common/cost/user-prices.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';

/** What every command gets. */
export interface CliContext {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WriteStream & { readonly fd: number };
  readonly stderr: NodeJS.WriteStream;
  readonly table: ProcessTable;
  /** With the user's own prices before those of the data. */
  readonly prices: PriceBook;
  readonly ownPrices: OwnPrices;
  /** Folder of the bundled programs. */
  readonly programs: string;
  /** The user's runtime folder; throws AgentTraceError `refused` when it is not safe. */
  readonly runtimeDir: () => string;
  /** Unix seconds. */
  readonly now: () => number;
  /** Keeps the compiled code of what has run so far: for a command that goes on, others leave it to their end. */
  readonly keepCode: () => void;
}
