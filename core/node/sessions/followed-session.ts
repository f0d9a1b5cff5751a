import path from 'node:path';
import type { PriceBook } from '../../common/cost/cost.ts';
import type { RequestsById } from '../../common/session/priced-request.ts';
import { SessionFold } from '../../common/session/session-fold.ts';
import type { SessionState } from '../../common/session/session-state.ts';
import { decodeAttribution, type SessionMeta } from '../../common/trace/session-meta.ts';
import type { TraceEvent } from '../../common/trace/trace-event.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { readMeta } from '../store/session-meta-file.ts';
import type { OpenTails } from '../tail/open-tails.ts';
import type { SessionIssue } from '../tail/session-issue.ts';
import { SessionReader, type SessionReaderOptions } from '../tail/session-reader.ts';

export interface FollowedSessionOptions {
  readonly sessionId: string;
  /** Path of the store. */
  readonly store: string;
  readonly prices: PriceBook;
  /** Gets each event that told something new, after it was folded in, with the byte offset of its line; -1 for one that was heard. */
  readonly onEvent: (session: FollowedSession, event: TraceEvent, offset: number) => void;
  readonly onIssue: (issue: SessionIssue) => void;
  /** Shared by all sessions that one program follows. */
  readonly openTails: OpenTails;
}

/** Somebody else who wants the events of a file that is read: each of them, known or not. */
export type EventReceiver = Pick<SessionReaderOptions, 'onEvent' | 'onIssue'>;

/** A file of events that is read, for one receiver. */
export type EventReading = Pick<SessionReader, 'drain' | 'readShare' | 'close'>;

/** One session of the store, read from its first byte and followed. */
export class FollowedSession {
  readonly id: string;
  readonly folder: string;
  private readonly store: string;
  private readonly fold: SessionFold;
  private readonly reader: SessionReader;
  private readonly onEvent: FollowedSessionOptions['onEvent'];
  private readonly companions = new Set<EventReceiver>();
  private meta: SessionMeta | undefined;
  private drained = false;

  constructor(options: FollowedSessionOptions) {
    this.id = options.sessionId;
    this.store = options.store;
    this.onEvent = options.onEvent;
    this.folder = path.join(options.store, options.sessionId);
    this.fold = new SessionFold(options.sessionId, options.prices);
    this.reader = new SessionReader({
      path: path.join(this.folder, EVENTS_FILE),
      root: options.store,
      onEvent: (event, offset) => {
        this.accept(event, offset);
        for (const companion of this.companions) companion.onEvent(event, offset);
      },
      onIssue: (issue) => {
        options.onIssue(issue);
        for (const companion of this.companions) companion.onIssue(issue);
      },
      openTails: options.openTails,
    });
    this.readMeta();
  }

  get state(): SessionState {
    return this.fold.state;
  }

  /** What is known of each request, by the `event_id` of its report. */
  get requests(): RequestsById {
    return this.fold.requests;
  }

  /** Counts what it cost by the prices of now. */
  reprice(): void {
    this.fold.reprice();
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

  /** Share of its events that has been taken in, 0 to 1. */
  get readShare(): number {
    return this.drained ? 1 : this.reader.readShare;
  }

  /** Takes in an event from whoever records it; that it is in the file too, or will be, changes nothing. False when known. */
  hear(event: TraceEvent): boolean {
    return this.accept(event, -1);
  }

  /** Resolves when all that was in the file at the call has been handed on. */
  async drain(): Promise<void> {
    await this.reader.drain();
    this.drained = true;
  }

  /** Reads for somebody else too, so that a long file is read once; undefined when some of it has been read already. */
  readAlong(receiver: EventReceiver): EventReading | undefined {
    const { reader } = this;
    if (reader.readShare > 0) return undefined;
    this.companions.add(receiver);
    return {
      drain: () => this.drain(),
      get readShare() {
        return reader.readShare;
      },
      close: () => this.companions.delete(receiver),
    };
  }

  private accept(event: TraceEvent, offset: number): boolean {
    if (!this.fold.apply(event)) return false;
    this.onEvent(this, event, offset);
    return true;
  }

  close(): void {
    this.reader.close();
  }
}
