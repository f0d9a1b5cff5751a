import type { Cost, PriceBook } from '../../common/cost/cost.ts';
import { SessionLedger } from '../../common/session/session-ledger.ts';
import { QUIET_AFTER } from '../../common/session/session-phase.ts';
import type { NativeFamily } from './import-plan.ts';
import { modifiedAt } from './modified-at.ts';
import type { NativeFile, NativeIssue } from './native-agent.ts';
import { agentNamed, NATIVE_AGENTS } from './native-agents.ts';
import type { NativeRecorder } from './native-recorder.ts';

export interface ImportedSession {
  /** Name in the store. */
  readonly session: string;
  /** Events that the store has of it now. */
  readonly events: number;
  /** Events that were not there before. */
  readonly added: number;
  readonly cost: Cost;
}

export interface ImportOptions {
  readonly recorder: NativeRecorder;
  readonly prices: PriceBook;
  /** Unix seconds. */
  readonly now: () => number;
  readonly onIssue: NativeIssue;
}

/**
 * Reads sessions out of their agents' own files into the store. Doing so again changes nothing. A file without a record
 * holds none. Throws when the store cannot be written.
 */
export class SessionImporter {
  private readonly options: ImportOptions;
  private readonly kin = new Map(NATIVE_AGENTS.map((agent) => [agent.name, agent.kin?.()]));

  constructor(options: ImportOptions) {
    this.options = options;
  }

  /** The sessions of one family, its own first. */
  import({ files }: NativeFamily): readonly ImportedSession[] {
    const { options } = this;
    const added = new Map<string, number>();
    const running = new Set<string>();
    for (const file of files) {
      const isRunning = options.now() - modifiedAt(file.path) < QUIET_AFTER;
      for (const [session, count] of importFile(file, this.kin.get(file.agent)?.(file) ?? [], options)) {
        added.set(session, (added.get(session) ?? 0) + count);
        if (isRunning) running.add(session);
      }
    }
    return Array.from(added, ([session, count]) => {
      // One that may go on is not said to have ended.
      if (!running.has(session)) options.recorder.conclude(session);
      const summary = summaryOf(session, count, options);
      options.recorder.forget(session);
      return summary;
    });
  }
}

function importFile(
  file: NativeFile,
  earlier: readonly NativeFile[],
  { recorder, onIssue }: ImportOptions,
): ReadonlyMap<string, number> {
  const added = new Map<string, number>();
  const source = agentNamed(file.agent)?.open(file, onIssue, earlier);
  if (!source) return added;
  try {
    for (let more = true; more; ) {
      const read = source.read();
      for (const { session_id } of read.events) if (!added.has(session_id)) added.set(session_id, 0);
      for (const [session, count] of recorder.record(file, source.facts, read.events)) {
        added.set(session, (added.get(session) ?? 0) + count);
      }
      more = read.more;
      if (more) recorder.settle();
    }
  } finally {
    source.close();
  }
  return added;
}

function summaryOf(session: string, added: number, { recorder, prices }: ImportOptions): ImportedSession {
  const stored = recorder.stored(session);
  const ledger = new SessionLedger(prices);
  for (const [id, { model, usage, at }] of stored?.requests ?? []) ledger.record(id, model, usage, at);
  return { session, events: stored?.size ?? 0, added, cost: ledger.cost(true) };
}
