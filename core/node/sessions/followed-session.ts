import path from 'node:path';
import type { PriceBook } from '../../common/cost/cost.ts';
import { decodeUsage } from '../../common/cost/usage.ts';
import { SessionFold } from '../../common/session/session-fold.ts';
import type { SessionState } from '../../common/session/session-state.ts';
import { decodeAttribution, type SessionMeta } from '../../common/trace/session-meta.ts';
import type { TraceEvent } from '../../common/trace/trace-event.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { readMeta } from '../store/session-meta-file.ts';
import type { SessionIssue } from '../tail/session-issue.ts';
import { SessionReader } from '../tail/session-reader.ts';

export interface FollowedSessionOptions {
  readonly sessionId: string;
  /** Path of the store. */
  readonly store: string;
  readonly prices: PriceBook;
  /** Gets each event that told something new, after it was folded in, with the byte offset of its line. */
  readonly onEvent: (session: FollowedSession, event: TraceEvent, offset: number) => void;
  readonly onIssue: (issue: SessionIssue) => void;
}

/** One session of the store, read from its first byte and followed. */
export class FollowedSession {
  readonly id: string;
  readonly folder: string;
  private readonly store: string;
  private readonly fold: SessionFold;
  private readonly reader: SessionReader;
  /** Output tokens of the last report of each request, by event id. */
  private readonly reported = new Map<string, number>();
  private meta: SessionMeta | undefined;
  private drained = false;

  constructor(options: FollowedSessionOptions) {
    this.id = options.sessionId;
    this.store = options.store;
    this.folder = path.join(options.store, options.sessionId);
    this.fold = new SessionFold(options.sessionId, options.prices);
    this.reader = new SessionReader({
      path: path.join(this.folder, EVENTS_FILE),
      root: options.store,
      onEvent: (event, offset) => {
        if (!this.fold.apply(event)) return;
        const output = reportedOutput(event);
        if (output !== undefined) this.reported.set(event.event_id, output);
        options.onEvent(this, event, offset);
      },
      onIssue: options.onIssue,
    });
    this.readMeta();
  }

  get state(): SessionState {
    return this.fold.state;
  }

  get parentId(): string | undefined {
    return this.meta?.parent_session_id;
  }

  /** The agent's own record of the session, where usage is read from. */
  get transcriptPath(): string | undefined {
    return this.meta && decodeAttribution(this.meta).transcriptPath;
  }

  /** To be called when `meta.json` may have changed. */
  readMeta(): void {
    this.meta = readMeta(this.store, this.id) ?? this.meta;
  }

  /** All that was in the file when it was first read has been handed on. */
  get caughtUp(): boolean {
    return this.drained;
  }

  /** An `llm_response` that would tell nothing new: the request is counted, with at least as many output tokens. */
  isKnown(event: TraceEvent): boolean {
    const output = reportedOutput(event);
    return output !== undefined && (this.reported.get(event.event_id) ?? -1) >= output;
  }

  /** Resolves when all that was in the file at the call has been handed on. */
  async drain(): Promise<void> {
    await this.reader.drain();
    this.drained = true;
  }

  close(): void {
    this.reader.close();
  }
}

function reportedOutput(event: TraceEvent): number | undefined {
  return event.event_type === 'llm_response' ? decodeUsage(event.data.usage)?.output : undefined;
}
