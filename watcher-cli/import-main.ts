import { parentPort, workerData } from 'node:worker_threads';
import { AgentTraceError, type ErrorCode } from '../core/node/agent-trace-error.ts';
import { type ImportedFamily, type ImportWork, importUnits } from './import/import-work.ts';

/** `dist/import-main.cjs`: a further thread of `agent-trace import`. */

/** What it tells: a family that is done, or the error that ended it. */
export type ThreadMessage =
  | { readonly family: ImportedFamily }
  | {
      readonly message: string;
      readonly code: ErrorCode | undefined;
      /** Of an error of the system. */
      readonly system: Readonly<Record<string, unknown>>;
    };

const tell = (message: ThreadMessage): void => parentPort?.postMessage(message);

try {
  for (const family of importUnits(workerData as ImportWork)) tell({ family });
} catch (error) {
  const { message, code, syscall, path } = error as NodeJS.ErrnoException;
  if (error instanceof AgentTraceError) tell({ message, code: error.code, system: {} });
  else tell({ message, code: undefined, system: syscall === undefined ? {} : { code, syscall, path } });
}
