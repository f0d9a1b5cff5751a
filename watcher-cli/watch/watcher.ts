import type { Decision, Outcome } from '../../core/common/protocol/alert.ts';
import type { CompiledPolicy } from '../../core/common/rules/evaluate.ts';
import { isPerDay } from '../../core/common/rules/is-per-day.ts';
import type { SharedValues } from '../../core/common/rules/rule-facts.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import type { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import type { NativeFollower } from '../native/native-follower.ts';
import type { AskedCalls } from './asked-calls.ts';
import type { CallHolds } from './call-holds.ts';
import { CallJudge } from './call-judge.ts';
import { Deadline } from './deadline.ts';
import { GuardReports, type GuardReportsOptions } from './guard-reports.ts';
import { PendingWork } from './pending-work.ts';
import { RuleCheck, type RuleCheckOptions } from './rule-check.ts';
import { WatchedSessions, type WatchedSessionsOptions } from './watched-sessions.ts';
import { WatchedSpend } from './watched-spend.ts';

/** What its parts need, and what it needs itself. */
export interface WatcherOptions
  extends Omit<WatchedSessionsOptions, 'work' | 'onEvent' | 'onKnown' | 'onGone'>,
    Omit<RuleCheckOptions, 'work' | 'spend' | 'onOutcome'>,
    Omit<GuardReportsOptions, 'work'> {
  /** Brings what agents write of their own into the store. */
  readonly native: Pick<NativeFollower, 'start' | 'follow' | 'end' | 'finish' | 'close'>;
  readonly asked: AskedCalls;
  readonly holds: CallHolds;
  /** Whether the session was paused by leaving its agent to be held at its next call. */
  readonly isHeld: (sessionId: string) => boolean;
  readonly onEvent: (session: FollowedSession, event: TraceEvent) => void;
  /** After anything that may change what is shown of a session. */
  readonly onChange: () => void;
  /** A rule has killed a session. */
  readonly onKilled: (session: FollowedSession, decision: Decision, outcome: Outcome) => void;
}

/** The watch loop: follows sessions, holds each event against the rules, has breaches carried out. */
export class Watcher {
  /** Answers the hooks of watched sessions. */
  readonly judge: CallJudge;
  private readonly options: WatcherOptions;
  private readonly work: PendingWork;
  private readonly sessions: WatchedSessions;
  private readonly spend: WatchedSpend;
  private readonly rules: RuleCheck;
  private readonly reports: GuardReports;
  /** Time alone can break a rule: the earliest moment at which it does. */
  private readonly deadline: Deadline;

  constructor(options: WatcherOptions) {
    const { calls, asked, holds, onChange, onIssue } = options;
    this.options = options;
    const work = new PendingWork(onIssue);
    const sessions = new WatchedSessions({
      ...options,
      work,
      onEvent: (session, event) => this.accept(session, event),
      onKnown: (session) => this.followTranscript(session),
      onGone: onChange,
    });
    const spend = new WatchedSpend({ ...options, sessionOf: (id) => sessions.find(id) });
    const rules = new RuleCheck({
      ...options,
      spend,
      work,
      onOutcome: (session, decision, outcome) => this.conclude(session, decision, outcome),
    });
    this.judge = new CallJudge({ sessions, spend, rules, calls, asked, holds });
    this.reports = new GuardReports({ ...options, work });
    this.deadline = new Deadline(options.now, () => {
      this.checkAll();
      this.armDeadline();
    });
    this.work = work;
    this.sessions = sessions;
    this.spend = spend;
    this.rules = rules;
  }

  /** Resolves when all live sessions have been read to their end. */
  async start(): Promise<void> {
    this.sessions.start();
    this.addPastSpend();
    await this.work.settle();
    this.holdPaused();
    this.options.native.start();
    this.armDeadline();
  }

  /** What another watcher has paused stays paused. */
  private holdPaused(): void {
    const { isHeld, calls } = this.options;
    for (const { id } of this.watched)
      if (isHeld(id)) calls.pause(this.headId(id), '', 'the session was paused before this watcher began');
  }

  async close(): Promise<void> {
    this.deadline.set(undefined);
    this.sessions.close();
    this.options.native.close();
    await this.work.settle();
  }

  /** In order of appearance; those that ended last stay, so that they are shown to the end. */
  get watched(): readonly FollowedSession[] {
    return this.sessions.all;
  }

  /** The session whose process makes the calls of this one, which may be a subagent. */
  headId(id: string): string {
    const session = this.sessions.find(id);
    return session ? this.spend.headOf(session).id : id;
  }

  /** What its limits share with other sessions. */
  sharedValues(session: FollowedSession): SharedValues {
    return this.spend.valuesOf(session);
  }

  /** These rules hold from now on, for what happened before too; with other prices than before when `isRepriced`. */
  replace(policy: CompiledPolicy, isRepriced: boolean): void {
    this.rules.policy = policy;
    if (isRepriced) this.spend.reprice(this.sessions.all);
    this.addPastSpend();
    this.checkAll();
    this.armDeadline();
  }

  private accept(session: FollowedSession, event: TraceEvent): void {
    const { calls, onEvent, onChange } = this.options;
    this.rules.reconsider(session);
    this.spend.add(session, event);
    this.rules.check(session, event, this.judge.heldCall(event.event_id));
    this.reports.add(session, event);
    // Who runs a tree answers for what all in it spend: its limits are held against the session at its head.
    const head = this.spend.headOf(session);
    if (head !== session) this.rules.check(head);
    onEvent(session, event);
    if (event.event_type !== 'llm_response') this.followTranscript(session);
    if (event.event_type === 'session_end') this.endTranscripts(session);
    if (event.event_type === 'session_start') {
      // A session that was stopped and is started again by its user is judged anew.
      if (session.caughtUp && session.parentId === undefined) calls.free(session.id);
      this.armDeadline();
      this.sessions.letGo();
    }
    onChange();
  }

  private checkAll(): void {
    for (const session of this.sessions.all) this.rules.check(session);
  }

  private armDeadline(): void {
    this.deadline.set(this.rules.deadline(this.sessions.all));
  }

  /** Sessions of today that have ended count too, once a rule asks for it. */
  private addPastSpend(): void {
    const { rules } = this.rules.policy.policy;
    if (!rules.some(isPerDay)) return;
    this.work.add(
      this.spend.addPast().then((isNew) => {
        if (isNew) this.checkAll();
      }),
    );
  }

  private async conclude(session: FollowedSession, decision: Decision, outcome: Outcome): Promise<void> {
    const { native, onKilled, onChange } = this.options;
    if (outcome.action === 'kill' && (outcome.result === 'done' || outcome.result === 'partial')) {
      // What the agent wrote while it closed its session belongs into the postmortem, the money it spent last too.
      native.finish(session.id);
      await session.drain();
      onKilled(session, decision, outcome);
    }
    onChange();
  }

  private followTranscript(session: FollowedSession): void {
    const { transcriptPath } = session;
    // Before all is read that the store has of the session, nobody knows what is missing there.
    if (!session.caughtUp || !transcriptPath || (session.state.endedAt !== undefined && session.parentId === undefined))
      return;
    this.options.native.follow({ sessionId: session.id, transcriptPath });
  }

  /** A subagent's own end is no end of its transcript: it gets its last answer after its end is told. */
  private endTranscripts(ended: FollowedSession): void {
    if (ended.parentId !== undefined) return;
    for (const { id } of this.sessions.family(ended)) {
      this.options.native.end(id);
      // What this appended is still to be read.
      this.sessions.read(id);
    }
  }
}
