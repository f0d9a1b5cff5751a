import type * as vscode from 'vscode';
import { isLivePhase } from '../../core/common/session/session-phase.ts';
import type { SessionPhase } from '../../core/common/session/session-summary.ts';
import type { ModelSession } from './model-session.ts';
import type { TraceModel } from './trace-model.ts';

const LOOK_MS = 5000;

type WatchedModel = Pick<TraceModel, 'sessions' | 'touch' | 'onDidChangeSession' | 'onDidChangeSessions'>;

interface Seen {
  readonly phase: SessionPhase;
  readonly lastEventAt: number | undefined;
}

/**
 * Notices what no event tells: the process of a session was stopped, continued or ended by someone else. Looks at an
 * interval, and only while a session is live.
 */
export class PhaseWatch implements vscode.Disposable {
  private readonly model: WatchedModel;
  private readonly seen = new WeakMap<ModelSession, Seen>();
  private readonly disposables: readonly vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;

  constructor(model: WatchedModel) {
    this.model = model;
    const wake = () => {
      this.timer ??= setTimeout(() => this.look(), LOOK_MS);
    };
    this.disposables = [model.onDidChangeSession(wake), model.onDidChangeSessions(wake)];
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of this.disposables) disposable.dispose();
  }

  private look(): void {
    this.timer = undefined;
    let live = false;
    for (const session of this.model.sessions) {
      const { lastEventAt } = session.state;
      const before = this.seen.get(session);
      // Without an event nothing that is over goes on.
      if (before && !isLivePhase(before.phase) && before.lastEventAt === lastEventAt) continue;
      const phase = session.summary.state;
      this.seen.set(session, { phase, lastEventAt });
      if (before?.phase !== phase) this.model.touch(session);
      live ||= isLivePhase(phase);
    }
    if (live) this.timer = setTimeout(() => this.look(), LOOK_MS);
  }
}
