import { realpathSync } from 'node:fs';
import { errorText } from '../../core/common/error-text.ts';
import type { Alert, Outcome } from '../../core/common/protocol/alert.ts';
import { AgentTraceError } from '../../core/node/agent-trace-error.ts';
import { AlertLog } from '../../core/node/alerts/alert-log.ts';
import type { ControlClient } from '../../core/node/control/client.ts';
import { type CommandAction, Enforcer } from '../../core/node/enforce/enforcer.ts';
import { findTarget } from '../../core/node/enforce/find-target.ts';
import { systemProcessControl } from '../../core/node/process/system-process-control.ts';

/** A session by its id and the path of its store. */
export interface ControlledSession {
  readonly id: string;
  readonly store: string;
}

export interface ControlServiceOptions {
  readonly runtimeDir: string;
  /** The user trusts the workspace: otherwise nothing is signalled. */
  readonly isTrusted: () => boolean;
  /** The watcher of a store, undefined when none answers. */
  readonly findWatcher: (store: string) => Promise<ControlClient | undefined>;
  /** Unix seconds. */
  readonly now: () => number;
  /** Something was asked for a session, or has been answered. */
  readonly onChange: (session: ControlledSession) => void;
  /** What this program did itself, because no watcher did; `alerts.ndjson` has it too unless it cannot be written. */
  readonly onAlert: (store: string, alert: Alert) => void;
  readonly onIssue: (message: string) => void;
}

/** Pauses, resumes and kills sessions: by the watcher of their store, and without one directly. */
export class ControlService {
  private readonly options: ControlServiceOptions;
  private readonly enforcers = new Map<string, Enforcer>();
  private readonly asked = new Map<string, CommandAction>();

  constructor(options: ControlServiceOptions) {
    this.options = options;
  }

  /** What was asked for last and has not been answered yet. */
  pending(session: ControlledSession): CommandAction | null {
    return this.asked.get(keyOf(session)) ?? null;
  }

  /**
   * Resolves with what came of it. Rejects with AgentTraceError: `refused` when the workspace is not trusted, or what
   * the watcher says when it could not.
   */
  async request(action: CommandAction, session: ControlledSession): Promise<Outcome> {
    if (!this.options.isTrusted()) {
      throw new AgentTraceError('refused', 'the workspace is not trusted, so nothing is signalled');
    }
    const key = keyOf(session);
    this.asked.set(key, action);
    this.options.onChange(session);
    try {
      return (
        (await this.askWatcher(action, session)) ?? (await this.enforcer(session.store).command(action, session.id))
      );
    } finally {
      // A kill that was asked for meanwhile is still under way.
      if (this.asked.get(key) === action) this.asked.delete(key);
      this.options.onChange(session);
    }
  }

  /** Undefined when the watcher is none of this session, or does not answer: signals that were sent twice do no harm. */
  private async askWatcher(action: CommandAction, session: ControlledSession): Promise<Outcome | undefined> {
    try {
      const watcher = await this.options.findWatcher(session.store);
      return await watcher?.[action](session.id);
    } catch (error) {
      if (!(error instanceof AgentTraceError) || !DIRECTLY.has(error.code)) throw error;
      this.options.onIssue(`${action} ${session.id} without the watcher: ${error.message}`);
      return undefined;
    }
  }

  /** One a store: what is asked for the same process is done one after the other. */
  private enforcer(path: string): Enforcer {
    const known = this.enforcers.get(path);
    if (known) return known;
    const { runtimeDir, now } = this.options;
    // Recorders register processes under the real path.
    const store = realpathSync.native(path);
    const log = new AlertLog(store);
    const enforcer = new Enforcer({
      control: systemProcessControl(runtimeDir),
      findTarget: (sessionId) => findTarget(runtimeDir, store, sessionId),
      announce: (alert) => this.announce(path, log, alert),
      now,
    });
    this.enforcers.set(path, enforcer);
    return enforcer;
  }

  private announce(path: string, log: AlertLog, alert: Alert): void {
    try {
      log.append(alert);
    } catch (error) {
      this.options.onIssue(`${log.path} cannot be written: ${errorText(error)}`);
    }
    this.options.onAlert(path, alert);
  }
}

/** Answers of a watcher after which it is done without it. */
const DIRECTLY: ReadonlySet<AgentTraceError['code']> = new Set(['no-such-session', 'no-answer']);

function keyOf({ store, id }: ControlledSession): string {
  return `${store}\0${id}`;
}
