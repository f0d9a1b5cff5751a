import { statSync } from 'node:fs';
import type { NativeFacts } from '../../common/adapters/native-parser.ts';
import { decodeUsage } from '../../common/cost/usage.ts';
import type { TraceEvent } from '../../common/trace/trace-event.ts';
import type { NativeIssue, NativeRead, NativeSource, Unreadable } from './native-agent.ts';

/** A session as its agent has written it, all of it or what changed last. */
export interface Snapshot {
  readonly facts: NativeFacts;
  readonly events: readonly TraceEvent[];
}

export interface SnapshotOptions {
  /** The files it stands in; it is looked at again when one of them has changed. */
  readonly files: readonly string[];
  /** Named until there is a snapshot. */
  readonly agent: string;
  /** Must not throw. */
  readonly load: () => Snapshot | Unreadable;
  readonly onIssue: NativeIssue;
}

/**
 * A session kept in a file that its agent writes anew as a whole, or in a database. It is loaded again when it has
 * changed, and what was not there before is handed on, known by its id.
 */
export class SnapshotSource implements NativeSource {
  private readonly options: SnapshotOptions;
  private stamp = '';
  private told = '';
  private last: NativeFacts;
  /** Ids told; of requests with their output tokens, which may grow. */
  private readonly ids = new Map<string, number>();

  constructor(options: SnapshotOptions) {
    this.options = options;
    this.last = { sessionId: undefined, agent: options.agent };
  }

  get facts(): NativeFacts {
    return this.last;
  }

  read(): NativeRead {
    const stamp = this.options.files.map(stampOf).join(' ');
    if (stamp === this.stamp) return { events: [], more: false };
    this.stamp = stamp;
    const loaded = this.options.load();
    if ('reason' in loaded) {
      const { reason, isLocked = false } = loaded;
      if (reason !== this.told) this.options.onIssue(reason);
      this.told = reason;
      // Nothing changes in it when it is free again.
      if (isLocked) this.stamp = '';
      return { events: [], more: false, isLocked };
    }
    this.last = loaded.facts;
    return { events: loaded.events.filter((event) => this.isNew(event)), more: false };
  }

  close(): void {
    // Nothing is held open between two reads.
  }

  private isNew({ event_type, event_id, data }: TraceEvent): boolean {
    const output = event_type === 'llm_response' ? (decodeUsage(data.usage)?.output ?? 0) : 0;
    const known = this.ids.get(event_id);
    if (known !== undefined && known >= output) return false;
    this.ids.set(event_id, output);
    return true;
  }
}

/** Of a file that was written to so lately, its time does not tell yet whether more was. */
const UNSETTLED_MS = 50;

/** Differs when the file does; for what is not there `-`. */
export function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return '-';
  const age = Date.now() - stat.mtimeMs;
  return `${stat.ino}:${stat.size}:${stat.mtimeMs}${age < UNSETTLED_MS ? `:${process.hrtime.bigint()}` : ''}`;
}
