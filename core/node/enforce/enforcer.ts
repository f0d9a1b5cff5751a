import { errorText } from '../../common/error-text.ts';
import type { Alert, Decision, Outcome } from '../../common/protocol/alert.ts';
import { type Action, isAnswer } from '../../common/rules/rule.ts';
import type { ControlReport, KillOptions, ProcessControl, Target } from '../process/process-control.ts';
import type { TargetSearch } from './find-target.ts';

export interface EnforcerOptions {
  readonly control: ProcessControl;
  readonly findTarget: (sessionId: string) => TargetSearch;
  /** Whether calls of the session wait once it is paused; they do not where it is left out. */
  readonly holdsCalls?: (sessionId: string) => boolean;
  /** Everything decided and done goes through here, in order. */
  readonly announce: (alert: Alert) => void;
  /** Unix seconds. */
  readonly now: () => number;
}

export type CommandAction = 'pause' | 'resume' | 'kill';

/** What a watcher says that learns of a call when it has begun. */
const ANSWERS = {
  ask: { would: 'would ask about the call', late: 'nobody was asked: the call was not held, and may have run' },
  deny: { would: 'would deny the call', late: 'the call was not held, and may have run' },
} as const;

interface Cause {
  readonly decisionId: string;
  readonly eventId: string;
  readonly rule: string;
}

const BY_COMMAND: Cause = { decisionId: '', eventId: '', rule: '' };

/** What came of an answer to a call. */
export type Answered = Pick<Outcome, 'result' | 'reason' | 'call'>;

/** What a decision on a call meets with. */
export interface Circumstances {
  /**
   * Settles with whether the agent was told of the decision, and is waited for. An agent that waits with a call and was
   * not told is ended without being asked to close: nobody knows what it makes of its hook's end.
   */
  readonly told?: Promise<boolean> | undefined;
  /** A stricter decision on the same event: the agent is paused only when that comes to nothing. */
  readonly kill?: Promise<Outcome> | undefined;
  /** For `ask` and `deny` on a call that is held; left out when it is not. */
  readonly answered?: Promise<Answered> | undefined;
}

/** Carries out decisions and users' commands: one at a time for each session, in the order they came. */
export class Enforcer {
  private readonly options: EnforcerOptions;
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(options: EnforcerOptions) {
    this.options = options;
  }

  /**
   * Announces the decision, acts, and announces what came of it. Never rejects, provided that nothing given does.
   */
  async enforce(decision: Decision, { told, kill, answered }: Circumstances = {}): Promise<Outcome> {
    this.options.announce(decision);
    const isTold = told === undefined || (await told);
    const cause = { decisionId: decision.decision_id, eventId: decision.event_id, rule: decision.rule };
    const { action, session_id, mode } = decision;
    if (action === 'alert') return this.conclude(cause, session_id, action, said('done', 'alert given'));
    if (mode === 'monitor') {
      const would = isAnswer(action) ? ANSWERS[action].would : `would ${action} the agent`;
      return this.conclude(cause, session_id, action, said('monitor', `nothing is done in this mode: ${would}`));
    }
    if (isAnswer(action)) {
      const given: Answered = (await answered) ?? { result: 'late', reason: ANSWERS[action].late };
      return this.conclude(cause, session_id, action, said(given.result, given.reason), given.call);
    }
    const killed = await kill;
    if (killed?.result === 'done' || killed?.result === 'partial') {
      return this.conclude(cause, session_id, action, said('superseded', `rule ${killed.rule} ended the agent`));
    }
    return this.act(cause, session_id, action, isTold ? {} : { atOnce: true });
  }

  /**
   * What a user asked for; done in monitor mode too. Refused when the session has ended and its process goes on with
   * another one. Never rejects.
   */
  command(action: CommandAction, sessionId: string, graceMs?: number): Promise<Outcome> {
    return this.act(BY_COMMAND, sessionId, action, graceMs === undefined ? {} : { graceMs });
  }

  private async act(cause: Cause, sessionId: string, action: CommandAction, how: KillOptions): Promise<Outcome> {
    const search = this.options.findTarget(sessionId);
    if ('refusal' in search) return this.conclude(cause, sessionId, action, said('refused', search.refusal));
    const { target } = search;
    // A rule is held against a session that has not ended by its events; what meta.json says must not stop it.
    const successor = cause === BY_COMMAND ? search.successor?.() : undefined;
    if (successor !== undefined) {
      const refusal = `session ${target.sessionId} has ended; its process ${target.process.pid} goes on with another session, ${successor}`;
      return this.conclude(cause, sessionId, action, said('refused', refusal));
    }
    // Subagents share their parent's process, so the queue is the target's.
    const earlier = this.queues.get(target.sessionId);
    const mine = earlier ? earlier.then(() => this.signal(action, target, how)) : this.signal(action, target, how);
    this.queues.set(target.sessionId, mine);
    const report = await mine;
    if (this.queues.get(target.sessionId) === mine) this.queues.delete(target.sessionId);
    return this.conclude(cause, sessionId, action, report);
  }

  private async signal(action: CommandAction, target: Target, how: KillOptions): Promise<ControlReport> {
    try {
      switch (action) {
        case 'pause':
          return await this.options.control.pause(target, {
            holdsCalls: this.options.holdsCalls?.(target.sessionId) ?? false,
          });
        case 'resume':
          return await this.options.control.resume(target);
        case 'kill':
          return await this.options.control.kill(target, how);
        default:
          return action satisfies never;
      }
    } catch (error) {
      return said('failed', errorText(error));
    }
  }

  private conclude(
    cause: Cause,
    sessionId: string,
    action: Action | 'resume',
    report: ControlReport,
    call?: Outcome['call'],
  ): Outcome {
    const outcome: Outcome = {
      type: 'outcome',
      decision_id: cause.decisionId,
      session_id: sessionId,
      event_id: cause.eventId,
      rule: cause.rule,
      action,
      at: this.options.now(),
      result: report.result,
      ...(call === undefined ? {} : { call }),
      reason: report.reason,
      signalled: report.signalled,
    };
    this.options.announce(outcome);
    return outcome;
  }
}

function said(result: ControlReport['result'], reason: string): ControlReport {
  return { result, reason, signalled: [] };
}
