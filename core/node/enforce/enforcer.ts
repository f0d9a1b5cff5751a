import type { Alert, Decision, Outcome } from '../../common/protocol/alert.ts';
import type { Action } from '../../common/rules/rule.ts';
import type { ControlReport, ProcessControl, Target } from '../process/process-control.ts';
import type { TargetSearch } from './find-target.ts';

export interface EnforcerOptions {
  readonly control: ProcessControl;
  readonly findTarget: (sessionId: string) => TargetSearch;
  /** Everything decided and done goes through here, in order. */
  readonly announce: (alert: Alert) => void;
  /** Unix seconds. */
  readonly now: () => number;
  /** Decisions are announced, nothing is signalled. */
  readonly monitor: boolean;
}

export type CommandAction = 'pause' | 'resume' | 'kill';

interface Cause {
  readonly decisionId: string;
  readonly eventId: string;
  readonly rule: string;
}

const BY_COMMAND: Cause = { decisionId: '', eventId: '', rule: '' };

/** Carries out decisions and users' commands: one at a time for each session, in the order they came. */
export class Enforcer {
  private readonly options: EnforcerOptions;
  private readonly queues = new Map<string, Promise<unknown>>();

  constructor(options: EnforcerOptions) {
    this.options = options;
  }

  /** Announces the decision and what came of it. Never rejects. */
  async enforce(decision: Decision): Promise<Outcome> {
    this.options.announce(decision);
    const cause = { decisionId: decision.decision_id, eventId: decision.event_id, rule: decision.rule };
    const { action, session_id } = decision;
    if (action === 'alert') return this.conclude(cause, session_id, action, said('done', 'alert given'));
    if (this.options.monitor) {
      return this.conclude(cause, session_id, action, said('monitor', `dry run: would ${action} the agent`));
    }
    return this.act(cause, session_id, action, undefined);
  }

  /**
   * What a user asked for; done in monitor mode too. Refused when the session has ended and its process goes on with
   * another one. Never rejects.
   */
  command(action: CommandAction, sessionId: string, graceMs?: number): Promise<Outcome> {
    return this.act(BY_COMMAND, sessionId, action, graceMs);
  }

  private async act(
    cause: Cause,
    sessionId: string,
    action: CommandAction,
    graceMs: number | undefined,
  ): Promise<Outcome> {
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
    const mine = earlier
      ? earlier.then(() => this.signal(action, target, graceMs))
      : this.signal(action, target, graceMs);
    this.queues.set(target.sessionId, mine);
    const report = await mine;
    if (this.queues.get(target.sessionId) === mine) this.queues.delete(target.sessionId);
    return this.conclude(cause, sessionId, action, report);
  }

  private async signal(action: CommandAction, target: Target, graceMs: number | undefined): Promise<ControlReport> {
    try {
      switch (action) {
        case 'pause':
          return await this.options.control.pause(target);
        case 'resume':
          return await this.options.control.resume(target);
        case 'kill':
          return await this.options.control.kill(target, graceMs === undefined ? {} : { graceMs });
        default:
          return action satisfies never;
      }
    } catch (error) {
      return said('failed', error instanceof Error ? error.message : String(error));
    }
  }

  private conclude(cause: Cause, sessionId: string, action: Action | 'resume', report: ControlReport): Outcome {
    const outcome: Outcome = {
      type: 'outcome',
      decision_id: cause.decisionId,
      session_id: sessionId,
      event_id: cause.eventId,
      rule: cause.rule,
      action,
      at: this.options.now(),
      result: report.result,
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
