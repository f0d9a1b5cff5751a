import { join } from 'node:path';
import { type AuditOptions, SessionAudit, type SessionReport } from '../../common/audit/session-audit.ts';
import type { ChosenSession } from '../sessions/chosen-sessions.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { SessionReader } from '../tail/session-reader.ts';

/** The audit of a session, and what of its file could not be read. */
export interface AuditedSession {
  readonly report: SessionReport;
  /** Sentences for the user; at most `MAX_MESSAGES` and one that stands for the rest. */
  readonly unreadable: readonly string[];
}

const MAX_MESSAGES = 20;

/** Holds the stored events of a session against a policy, event by event. `store`: its real path. */
export async function auditSession(
  store: string,
  { id }: ChosenSession,
  options: AuditOptions,
): Promise<AuditedSession> {
  const audit = new SessionAudit(id, options);
  const messages: string[] = [];
  const reader = new SessionReader({
    path: join(store, id, EVENTS_FILE),
    root: store,
    onEvent: (event) => audit.apply(event),
    onIssue: ({ message }) => {
      if (messages.length === MAX_MESSAGES) messages.push('and more lines that could not be read');
      if (messages.length < MAX_MESSAGES) messages.push(message);
    },
  });
  await reader.drainWhole();
  reader.close();
  return { report: audit.report, unreadable: messages };
}
