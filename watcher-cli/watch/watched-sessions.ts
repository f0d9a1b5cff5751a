import type { PriceBook } from '../../core/common/cost/cost.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import { StoreWatcher } from '../../core/node/store-watcher/store-watcher.ts';
import { OpenTails } from '../../core/node/tail/open-tails.ts';
import type { PendingWork } from './pending-work.ts';

export interface WatchedSessionsOptions {
  /** Real path of the store. */
  readonly store: string;
  /** Only this session and its subagents, when given. */
  readonly only: string | undefined;
  readonly prices: PriceBook;
  /** Whether a session of the past may still do something: it is followed only then. */
  readonly isLive: (sessionId: string) => boolean;
  readonly work: PendingWork;
  readonly onEvent: (session: FollowedSession, event: TraceEvent) => void;
  /** All is read that the store had of the session at first, or its `meta.json` has changed. */
  readonly onKnown: (session: FollowedSession) => void;
  /** A session's folder is gone. */
  readonly onGone: () => void;
  readonly onIssue: (message: string) => void;
}

/** Ended sessions that stay known, for whoever looks at them. */
const MOST_ENDED = 100;

/** The sessions of the store that a watcher follows: those that live, and those that ended last. */
export class WatchedSessions {
  private readonly options: WatchedSessionsOptions;
  private readonly storeWatcher: StoreWatcher;
  private readonly openTails = new OpenTails();
  private readonly sessions = new Map<string, FollowedSession>();
  /** Sessions that have ended and are not watched any more, oldest first. */
  private readonly ended = new Set<string>();

  constructor(options: WatchedSessionsOptions) {
    this.options = options;
    this.storeWatcher = new StoreWatcher({
      store: options.store,
      onSession: (id) => this.consider(id),
      onActive: (id) => this.consider(id),
      onChange: (id) => this.read(id),
      onMeta: (id) => this.readMeta(id),
      onGone: (id) => this.lose(id),
      onStore: () => {},
      onIssue: (issue) => options.onIssue(issue.message),
    });
  }

  start(): void {
    this.storeWatcher.start();
  }

  close(): void {
    for (const session of this.sessions.values()) session.close();
    this.storeWatcher.close();
  }

  /** In order of appearance. */
  get all(): readonly FollowedSession[] {
    return [...this.sessions.values()];
  }

  find(id: string): FollowedSession | undefined {
    return this.sessions.get(id);
  }

  /** Follows the session, alive or not; undefined when it is none of those to be watched. */
  obtain(id: string): FollowedSession | undefined {
    if (this.isMeant(id) && !this.sessions.has(id)) this.follow(id);
    return this.sessions.get(id);
  }

  /** The session and its subagents. */
  family({ id }: FollowedSession): readonly FollowedSession[] {
    return this.all.filter((session) => session.id === id || session.id.startsWith(`${id}.`));
  }

  /** Takes in what the session's file has got. */
  read(id: string): void {
    const session = this.sessions.get(id);
    if (!session) {
      this.consider(id);
      return;
    }
    const { work, onKnown } = this.options;
    const { caughtUp } = session;
    const read = session.drain();
    work.add(caughtUp ? read : read.then(() => onKnown(session)));
  }

  /**
   * Lets go of sessions that have ended and whose process is gone, with their subagents. The word of the store alone does
   * not end the watch over a process that lives. Should one go on, it is read again.
   */
  letGo(): void {
    for (const session of this.sessions.values()) {
      if (this.ended.has(session.id) || session.parentId !== undefined || session.state.endedAt === undefined) continue;
      if (this.options.isLive(session.id)) continue;
      for (const { id } of this.family(session)) {
        this.storeWatcher.unfollow(id);
        this.ended.add(id);
      }
    }
    for (const id of this.ended) {
      if (this.ended.size <= MOST_ENDED) break;
      this.ended.delete(id);
      this.sessions.get(id)?.close();
      this.sessions.delete(id);
    }
  }

  private isMeant(id: string): boolean {
    const { only } = this.options;
    return only === undefined || id === only || id.startsWith(`${only}.`);
  }

  private consider(id: string): void {
    if (!this.isMeant(id)) return;
    if (this.sessions.has(id)) {
      this.ended.delete(id);
      this.storeWatcher.follow(id);
      this.read(id);
      return;
    }
    if (this.options.isLive(id)) this.follow(id);
  }

  private follow(id: string): void {
    const { store, prices, onEvent, onIssue } = this.options;
    const session = new FollowedSession({
      sessionId: id,
      store,
      prices,
      onEvent,
      onIssue: (issue) => onIssue(issue.message),
      openTails: this.openTails,
    });
    this.sessions.set(id, session);
    this.storeWatcher.follow(id);
    this.read(id);
  }

  private readMeta(id: string): void {
    const session = this.sessions.get(id);
    if (!session) {
      this.consider(id);
      return;
    }
    session.readMeta();
    this.options.onKnown(session);
  }

  /**
   * A session whose folder is gone stays, with all it has spent and broken: otherwise an agent could start anew by
   * removing its trace. What was written last is still read.
   */
  private lose(id: string): void {
    const session = this.sessions.get(id);
    if (session) this.options.work.add(session.drain());
    this.options.onGone();
  }
}
