import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import type { ThreadMessage } from '../import-main.ts';
import { type ImportedFamily, type ImportWork, importUnits, stopWork } from './import-work.ts';

/** With more an import would take more than 250 MB of memory. */
const MOST_THREADS = 2;
/** Of a further thread, for what lives short; a third of the usual takes no longer. Megabytes. */
const YOUNG_GENERATION = 16;

/** Threads that an import uses when nobody said how many. */
export function defaultThreads(): number {
  return Math.min(MOST_THREADS, availableParallelism());
}

/**
 * Imports all units with so many threads, this one among them. `onFamily` gets the families in their order. Throws what
 * a thread has thrown, once all have stopped.
 */
export async function importInThreads(
  work: ImportWork,
  threads: number,
  onFamily: (family: ImportedFamily) => void,
): Promise<void> {
  const inOrder = ordered(onFamily);
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    stopWork(work);
  };
  const helpers = Array.from({ length: Math.min(threads, work.units.length) - 1 }, () => {
    const worker = new Worker(path.join(work.programs, 'import-main.cjs'), {
      workerData: work,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    });
    worker.on('message', (message: ThreadMessage) => {
      if ('family' in message) inOrder(message.family);
      else fail(errorOf(message));
    });
    worker.once('error', fail);
    return new Promise<void>((resolve) => {
      worker.once('exit', () => resolve());
    });
  });
  try {
    for (const family of importUnits(work)) {
      inOrder(family);
      // What the others have done is told meanwhile.
      if (helpers.length > 0) await new Promise(setImmediate);
    }
  } catch (error) {
    fail(error);
  }
  await Promise.all(helpers);
  if (failure !== undefined) throw failure;
}

/** Hands on families by their places, whatever the order they come in. */
function ordered(onFamily: (family: ImportedFamily) => void): (family: ImportedFamily) => void {
  const waiting = new Map<number, ImportedFamily>();
  let next = 0;
  return (family) => {
    waiting.set(family.at, family);
    for (let ready = waiting.get(next); ready; ready = waiting.get(next)) {
      waiting.delete(next);
      next += 1;
      onFamily(ready);
    }
  };
}

/** An error loses what it is on its way out of a thread. */
function errorOf({ code, system, message }: Exclude<ThreadMessage, { family: unknown }>): Error {
  return code === undefined ? Object.assign(new Error(message), system) : new AgentTraceError(code, message);
}
