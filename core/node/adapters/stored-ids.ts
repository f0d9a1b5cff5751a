import { join } from 'node:path';
import { decodeUsage, type RequestUsage } from '../../common/cost/usage.ts';
import { asNumber, asString } from '../../common/json.ts';
import { isIssue } from '../../common/trace/decode-event.ts';
import { decodeLine } from '../../common/trace/decode-line.ts';
import type { RawLine } from '../../common/trace/raw-line.ts';
import type { TraceEvent } from '../../common/trace/trace-event.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { FileTail } from '../tail/file-tail.ts';
import type { FileIdentity } from '../tail/open-regular-file.ts';

/** A request as the store has it. */
export interface StoredRequest {
  readonly model: string;
  readonly usage: RequestUsage;
  /** Unix seconds. */
  readonly at: number;
}

/**
 * Which events a session of the store has, whoever wrote them: what has to be known before more is added. The store can
 * be forged by whoever may write to the workspace; what it says too much can only keep events out of that same store.
 */
export class StoredIds {
  private readonly tail: FileTail;
  private readonly ids = new Set<string>();
  /** By event id; of each request the report with the most output tokens. */
  readonly requests = new Map<string, StoredRequest>();
  /** Times of the first and last event, Unix seconds. */
  firstAt = Number.POSITIVE_INFINITY;
  lastAt = Number.NEGATIVE_INFINITY;
  /** Hooks record the session, or did. */
  hasHooks = false;
  /** The newest event that says so says that it has ended. */
  hasEnded = false;
  toolCalls = 0;
  errors = 0;

  constructor(sessionFolder: string) {
    this.tail = new FileTail({
      path: join(sessionFolder, EVENTS_FILE),
      root: sessionFolder,
      onLine: (line) => this.accept(line),
      onIssue: () => {},
    });
  }

  /** Reads what the file has got since the last call. */
  refresh(): void {
    while (this.tail.poll() === 'more');
    // One descriptor for each session would be too many.
    this.tail.close();
  }

  /** Takes in events that were just appended; `lines` are what was written of them to `file`. */
  addWritten(
    events: readonly TraceEvent[],
    file: FileIdentity & { readonly size: number },
    lines: readonly Buffer[],
  ): void {
    for (const event of events) this.add(event);
    this.tail.passOver(file, lines, events.length);
  }

  /** Number of events. */
  get size(): number {
    return this.ids.size;
  }

  /** Whether the event would tell nothing new. */
  has(event: TraceEvent): boolean {
    if (event.event_type !== 'llm_response') return this.ids.has(event.event_id);
    const known = this.requests.get(event.event_id);
    const output = decodeUsage(event.data.usage)?.output;
    return output === undefined ? this.ids.has(event.event_id) : known !== undefined && known.usage.output >= output;
  }

  private add(event: TraceEvent): void {
    const isNew = !this.ids.has(event.event_id);
    this.ids.add(event.event_id);
    this.firstAt = Math.min(this.firstAt, event.timestamp);
    this.lastAt = Math.max(this.lastAt, event.timestamp);
    switch (event.event_type) {
      case 'session_start':
        this.hasHooks ||= asString(event.data.mode)?.endsWith('-hooks') ?? false;
        this.hasEnded = false;
        return;
      case 'session_end':
        this.hasEnded = true;
        return;
      case 'llm_response':
        this.addRequest(event);
        return;
      case 'tool_call':
        if (isNew) this.toolCalls += 1;
        this.hasEnded = false;
        return;
      case 'user_prompt':
        this.hasEnded = false;
        return;
      case 'error':
        if (isNew) this.errors += 1;
        return;
      default:
        return;
    }
  }

  private accept(line: RawLine): void {
    for (const decoded of decodeLine(line)) if (!isIssue(decoded)) this.add(decoded);
  }

  private addRequest(event: TraceEvent): void {
    const usage = decodeUsage(event.data.usage);
    const known = this.requests.get(event.event_id);
    if (!usage || (known && known.usage.output >= usage.output)) return;
    const model = asString(event.data.model) ?? 'unknown';
    this.requests.set(event.event_id, { model, usage, at: asNumber(event.timestamp) ?? 0 });
  }
}
