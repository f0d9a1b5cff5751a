import type { PriceBook } from '../../core/common/cost/cost.ts';
import { errorText } from '../../core/common/error-text.ts';
import type { Decision, Outcome } from '../../core/common/protocol/alert.ts';
import type { CompiledPolicy } from '../../core/common/rules/evaluate.ts';
import { memoryFromAlerts } from '../../core/common/rules/rule-memory.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import type { AlertLog } from '../../core/node/alerts/alert-log.ts';
import type { Enforcer } from '../../core/node/enforce/enforcer.ts';
import { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import { StoreWatcher } from '../../core/node/store-watcher/store-watcher.ts';
import { SessionGuard } from './session-guard.ts';
import { TranscriptFollower } from './transcript-follower.ts';

export interface WatcherOptions {
  /** Real path of the store. */
  readonly store: string;
  /** Only this session and its subagents, when given. */
  readonly only: string | undefined;
  readonly policy: CompiledPolicy;
  readonly mode: Decision['mode'];
  readonly prices: PriceBook;
  readonly enforcer: Enforcer;
  readonly alerts: AlertLog;
  /** Names the process that signals for a session would go to; empty when none is known. */
  readonly targetOf: (sessionId: string) => string;
  /** Whether a session of the past may still do something: it is followed only then. */
  readonly isLive: (sessionId: string) => boolean;
  /** Unix seconds. */
  readonly now: () => number;
  readonly onEvent: (session: FollowedSession, event: TraceEvent) => void;
  /** After anything that may change what is shown of a session. */
  readonly onChange: () => void;
  readonly onIssue: (message: string) => void;
  /** A rule has killed a session. */
  readonly onKilled: (session: FollowedSession, decision: Decision, outcome: Outcome) => void;
}

/** `setTimeout` takes no longer delays than this, in milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The watch loop: follows sessions, holds each event against the rules, has breaches carried out. */
export class Watcher {
  private readonly options: WatcherOptions;
  private readonly storeWatcher: StoreWatcher;
  private readonly transcripts: TranscriptFollower;
  private readonly sessions = new Map<string, FollowedSession>();
  private readonly guards = new Map<string, SessionGuard>();
  private policy: CompiledPolicy;
  private deadline: NodeJS.Timeout | undefined;
  private readonly pending = new Set<Promise<unknown>>();
  /** Decisions that nothing came of, with the target they were refused for. */
  private refused: { readonly decision: Decision; readonly target: string }[] = [];

  constructor(options: WatcherOptions) {
    this.options = options;
    this.policy = options.policy;
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
    this.transcripts = new TranscriptFollower({ now: options.now, onIssue: options.onIssue });
  }

  /** Resolves when all live sessions have been read to their end. */
  async start(): Promise<void> {
    this.storeWatcher.start();
    await this.settle();
    this.armDeadline();
  }

  /** Waits for the reads and the enforcement under way. */
  async settle(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  async close(): Promise<void> {
    clearTimeout(this.deadline);
    for (const session of this.sessions.values()) session.close();
    this.storeWatcher.close();
    this.transcripts.close();
    await this.settle();
  }

  /** In order of appearance; ended ones stay, so that they are shown to the end. */
  get watched(): readonly FollowedSession[] {
    return [...this.sessions.values()];
  }

  /** New rules hold from now on, for what happened before too. */
  replacePolicy(policy: CompiledPolicy): void {
    this.policy = policy;
    for (const session of this.sessions.values()) this.check(session, undefined);
    this.armDeadline();
  }

  private consider(id: string): void {
    const { only } = this.options;
    if (only !== undefined && id !== only && !id.startsWith(`${only}.`)) return;
    if (this.sessions.has(id)) {
      this.storeWatcher.follow(id);
      this.read(id);
      return;
    }
    if (!this.options.isLive(id)) return;
    const session = new FollowedSession({
      sessionId: id,
      store: this.options.store,
      prices: this.options.prices,
      onEvent: (of, event) => this.accept(of, event),
      onIssue: (issue) => this.options.onIssue(issue.message),
    });
    this.sessions.set(id, session);
    this.storeWatcher.follow(id);
    this.read(id);
  }

  private read(id: string): void {
    const session = this.sessions.get(id);
    if (!session) {
      this.consider(id);
      return;
    }
    const { caughtUp } = session;
    const read = session.drain();
    this.track(caughtUp ? read : read.then(() => this.followTranscript(session)));
  }

  private readMeta(id: string): void {
    const session = this.sessions.get(id);
    if (!session) {
      this.consider(id);
      return;
    }
    session.readMeta();
    this.followTranscript(session);
  }

  /**
   * A session whose folder is gone stays, with all it has spent and broken: otherwise an agent could start anew by
   * removing its trace. What was written last is still read.
   */
  private lose(id: string): void {
    const session = this.sessions.get(id);
    if (session) this.track(session.drain());
    this.options.onChange();
  }

  private accept(session: FollowedSession, event: TraceEvent): void {
    this.reconsider(session);
    this.check(session, event);
    this.options.onEvent(session, event);
    if (event.event_type !== 'llm_response') this.followTranscript(session);
    if (event.event_type === 'session_end') this.finishTranscripts(session);
    if (event.event_type === 'session_start') {
      this.armDeadline();
      this.letGo();
    }
    this.options.onChange();
  }

  /** What was refused is decided again once another process is known for the session, and not at every event. */
  private reconsider(session: FollowedSession): void {
    if (this.refused.length === 0) return;
    this.refused = this.refused.filter(({ decision, target }) => {
      if (decision.session_id !== session.id || this.options.targetOf(session.id) === target) return true;
      this.guardOf(session).forget(decision);
      return false;
    });
  }

  /** A subagent's own end is no end of its transcript: it gets its last answer after its end is told. */
  private finishTranscripts(ended: FollowedSession): void {
    if (ended.parentId !== undefined) return;
    for (const { id } of this.family(ended)) {
      this.transcripts.finish(id);
      // What this appended is still to be read.
      this.read(id);
    }
  }

  /**
   * Sessions that have ended and whose process is gone, with their subagents. The word of the store alone does not end
   * the watch over a process that lives.
   */
  private letGo(): void {
    for (const session of this.sessions.values()) {
      if (session.parentId !== undefined || session.state.endedAt === undefined) continue;
      if (this.options.isLive(session.id)) continue;
      for (const { id } of this.family(session)) this.storeWatcher.unfollow(id);
    }
  }

  /** A session and its subagents. */
  private family({ id }: FollowedSession): readonly FollowedSession[] {
    return [...this.sessions.values()].filter((session) => session.id === id || session.id.startsWith(`${id}.`));
  }

  private check(session: FollowedSession, event: TraceEvent | undefined): void {
    const { mode, enforcer, now } = this.options;
    const { state } = session;
    // What a session did before it ended cannot be stopped any more.
    if (state.endedAt !== undefined) return;
    const context = { policy: this.policy, mode, now: now() };
    for (const decision of this.guardOf(session).check(state, event, context)) {
      this.track(enforcer.enforce(decision).then((outcome) => this.conclude(session, decision, outcome)));
    }
  }

  private guardOf(session: FollowedSession): SessionGuard {
    let guard = this.guards.get(session.id);
    if (!guard) {
      const { alerts, mode } = this.options;
      guard = new SessionGuard(memoryFromAlerts(alerts.read(), session.id, mode));
      this.guards.set(session.id, guard);
    }
    return guard;
  }

  private async conclude(session: FollowedSession, decision: Decision, outcome: Outcome): Promise<void> {
    if (outcome.result === 'failed') this.guardOf(session).forget(decision);
    if (outcome.result === 'refused') this.refused.push({ decision, target: this.options.targetOf(session.id) });
    if (outcome.action === 'kill' && (outcome.result === 'done' || outcome.result === 'partial')) {
      // What the agent wrote while it closed its session belongs into the postmortem, the money it spent last too.
      this.transcripts.finish(session.id);
      await session.drain();
      this.options.onKilled(session, decision, outcome);
    }
    this.options.onChange();
  }

  private followTranscript(session: FollowedSession): void {
    const { transcriptPath } = session;
    // Before all is read that the store has of the session, nobody knows what is missing there.
    if (!session.caughtUp || !transcriptPath || (session.state.endedAt !== undefined && session.parentId === undefined))
      return;
    this.transcripts.follow({
      sessionId: session.id,
      sessionDir: session.folder,
      transcriptPath,
      isKnown: (event) => session.isKnown(event),
    });
  }

  /** Time alone can break a rule: one timer for the earliest moment at which it does. */
  private armDeadline(): void {
    clearTimeout(this.deadline);
    const now = this.options.now();
    const deadlines = [...this.sessions.values()].flatMap((session) => {
      const { startedAt, endedAt } = session.state;
      if (startedAt === undefined || endedAt !== undefined) return [];
      return this.guardOf(session).deadline(this.policy, startedAt) ?? [];
    });
    if (deadlines.length === 0) return;
    const delay = Math.max(1, Math.min(LONGEST_TIMER, (Math.min(...deadlines) - now) * 1000));
    this.deadline = setTimeout(() => {
      for (const session of this.sessions.values()) this.check(session, undefined);
      this.armDeadline();
    }, delay);
  }

  private track(work: Promise<unknown>): void {
    const tracked = work
      .catch((error) => this.options.onIssue(errorText(error)))
      .finally(() => this.pending.delete(tracked));
    this.pending.add(tracked);
  }
}
