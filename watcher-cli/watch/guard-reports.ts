import { asString } from '../../core/common/json.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import type { AlertLog } from '../../core/node/alerts/alert-log.ts';
import type { Enforcer } from '../../core/node/enforce/enforcer.ts';
import type { FollowedSession } from '../../core/node/sessions/followed-session.ts';
import type { GuardedFiles } from './guarded-files.ts';
import type { PendingWork } from './pending-work.ts';

export interface GuardReportsOptions {
  readonly enforcer: Enforcer;
  readonly alerts: AlertLog;
  /** Files that say what guards the agents. */
  readonly guarded: GuardedFiles;
  readonly work: PendingWork;
  /** Unix seconds. */
  readonly now: () => number;
}

/** Tells of calls that the guard missed or that changed it, whatever the rules say. */
export class GuardReports {
  private readonly options: GuardReportsOptions;

  constructor(options: GuardReportsOptions) {
    this.options = options;
  }

  add(session: FollowedSession, event: TraceEvent): void {
    if (event.data.unguarded === true) this.tellUnguarded(session, event);
    if (session.caughtUp) this.watchFiles(session, event);
  }

  /** A hook let a call run that it could not have judged, which nobody should find out by chance. */
  private tellUnguarded({ id }: FollowedSession, { event_id, data }: TraceEvent): void {
    const decisionId = `${id}/unguarded/${event_id}`;
    for (const alert of this.options.alerts.read()) if (alert.decision_id === decisionId) return;
    this.alert(decisionId, id, event_id, 'unguarded call', asString(data.choice) ?? '');
  }

  private watchFiles(session: FollowedSession, { event_type, event_id, parent_id }: TraceEvent): void {
    const { guarded } = this.options;
    if (event_type === 'tool_call') guarded.begin(event_id);
    const isEnd = event_type === 'tool_result' || event_type === 'error';
    if (!isEnd || parent_id === undefined) return;
    const changed = guarded.end(parent_id);
    if (changed.length === 0) return;
    const id = `${session.id}/changed/${parent_id}`;
    const message = `while this call ran, what guards the agent was changed: ${changed.join(', ')}`;
    this.alert(id, session.id, parent_id, 'changed guard', message);
  }

  private alert(id: string, session: string, eventId: string, rule: string, message: string): void {
    const { enforcer, now, work } = this.options;
    const decision = { decision_id: id, session_id: session, event_id: eventId, rule, at: now(), message };
    work.add(enforcer.enforce({ type: 'decision', action: 'alert', mode: 'enforce', ...decision }));
  }
}
