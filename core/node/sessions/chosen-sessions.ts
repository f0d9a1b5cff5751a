import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isIssue } from '../../common/trace/decode-event.ts';
import { decodeLine } from '../../common/trace/decode-line.ts';
import { modifiedAt } from '../adapters/modified-at.ts';
import { AgentTraceError } from '../agent-trace-error.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { readRegularFileStart } from '../store/read-regular-file.ts';
import { readMeta } from '../store/session-meta-file.ts';
import { noSessionsText } from './no-sessions.ts';
import { sessionNamed } from './session-named.ts';
import { storedSessionIds } from './stored-sessions.ts';

/** Which sessions of a store a command is about. */
export type SessionChoice =
  /** One by its id or the beginning of it, with its subagents; without a name the one that was started last. */
  | { readonly kind: 'one'; readonly name: string | undefined }
  /** Those with an event at this time or later, Unix seconds. */
  | { readonly kind: 'since'; readonly time: number };

/** A session of the store. */
export interface ChosenSession {
  readonly id: string;
  /** Unix seconds; undefined when neither its meta nor its first event says it. */
  readonly startedAt: number | undefined;
}

/** Sessions of a store that is there. */
export interface ChosenSessions {
  /** Real path. */
  readonly store: string;
  /** Oldest first. */
  readonly sessions: readonly ChosenSession[];
}

/** How much of a file is read to find its first event. */
const HEAD_BYTES = 256 * 1024;

/** Finds them, without reading their events. Throws AgentTraceError `no-such-session` when there is none. */
export function chooseSessions(path: string, choice: SessionChoice): ChosenSessions {
  if (!existsSync(path)) throw noneIn(path);
  const store = realpathSync(path);
  const all = storedSessionIds(store)
    .map((id): ChosenSession => ({ id, startedAt: startOf(store, id) }))
    .filter(({ id, startedAt }) => startedAt !== undefined || existsSync(join(store, id, EVENTS_FILE)))
    .sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
  if (all.length === 0) throw noneIn(path);
  const sessions = choice.kind === 'one' ? withSubagents(all, choice.name) : writtenSince(store, all, choice.time);
  return { store, sessions };
}

function withSubagents(all: readonly ChosenSession[], name: string | undefined): readonly ChosenSession[] {
  const ids = new Set(all.map(({ id }) => id));
  // The session of a subagent is named after its parent's.
  const isRoot = (id: string): boolean => ![...id.matchAll(/\./g)].some(({ index }) => ids.has(id.slice(0, index)));
  const latest = all.findLast((session) => isRoot(session.id));
  const root = name === undefined ? latest : sessionNamed(all, (session) => session.id, name);
  return all.filter(({ id }) => id === root?.id || id.startsWith(`${root?.id}.`));
}

function writtenSince(store: string, all: readonly ChosenSession[], time: number): readonly ChosenSession[] {
  const sessions = all.filter(({ id }) => modifiedAt(join(store, id, EVENTS_FILE)) >= time);
  if (sessions.length > 0) return sessions;
  throw new AgentTraceError('no-such-session', 'no session has an event of that time; agent-trace list shows all');
}

function noneIn(store: string): AgentTraceError {
  return new AgentTraceError('no-such-session', noSessionsText(store));
}

function startOf(store: string, id: string): number | undefined {
  const meta = readMeta(store, id);
  if (meta) return meta.started_at;
  const head = readRegularFileStart(join(store, id, EVENTS_FILE), HEAD_BYTES);
  const end = head?.indexOf(0x0a) ?? -1;
  if (!head || end < 0) return undefined;
  const [first] = decodeLine({ offset: 0, bytes: head.subarray(0, end), length: end });
  return first && !isIssue(first) ? first.timestamp : undefined;
}
