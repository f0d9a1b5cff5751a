import type { NativeAgent, NativeFile } from '../../core/node/adapters/native-agent.ts';
import { stampOf } from '../../core/node/adapters/snapshot-source.ts';
import type { IssuesOnce } from './issues-once.ts';
import { Retry } from './retry.ts';

/** Databases of agents that keep many sessions in one. */
export class NativeDatabases {
  private readonly issues: IssuesOnce;
  private readonly onSession: (agent: NativeAgent, file: NativeFile) => void;
  /** The files as they were when they were read last. */
  private readonly stamps = new Map<string, string>();
  /** By path of a database that somebody else has alone. */
  private readonly unlocked = new Map<string, Retry>();

  /** `onSession`: it may have got something new. */
  constructor(issues: IssuesOnce, onSession: (agent: NativeAgent, file: NativeFile) => void) {
    this.issues = issues;
    this.onSession = onSession;
  }

  /** To read a database is heard of too: only what has changed since is read. */
  look(agent: NativeAgent, path: string): void {
    if (!agent.sessionsIn) return;
    const stamp = stampOf(path);
    if (this.stamps.get(path) === stamp) return;
    this.stamps.set(path, stamp);
    const sessions = agent.sessionsIn(path);
    if ('reason' in sessions) {
      if (!sessions.isLocked) return;
      this.issues.tell(sessions.reason);
      // Nothing changes in it when it is free again.
      this.stamps.delete(path);
      this.retryOf(agent, path).later();
      return;
    }
    this.unlocked.get(path)?.stop();
    for (const session of sessions) this.onSession(agent, session);
  }

  close(): void {
    for (const retry of this.unlocked.values()) retry.stop();
  }

  private retryOf(agent: NativeAgent, path: string): Retry {
    const known = this.unlocked.get(path);
    if (known) return known;
    const retry = new Retry(() => this.look(agent, path));
    this.unlocked.set(path, retry);
    return retry;
  }
}
