import { COPILOT_CLI } from '../../common/adapters/copilot-cli/events-parser.ts';
import type { NativeFacts } from '../../common/adapters/native-parser.ts';
import { asNumber, asString } from '../../common/json.ts';
import type { Redactor } from '../../common/redact/redactor.ts';
import { storableEvent } from '../../common/redact/storable-event.ts';
import type { SessionMeta } from '../../common/trace/session-meta.ts';
import { subagentSessionName } from '../../common/trace/session-name.ts';
import type { TraceEvent } from '../../common/trace/trace-event.ts';
import { EventLog } from '../store/event-log.ts';
import { openSession, type SessionFolder, type Store } from '../store/open-store.ts';
import { changeMeta, createMeta, hasMeta, readMeta } from '../store/session-meta-file.ts';
import type { NativeFile } from './native-agent.ts';
import { StoredIds } from './stored-ids.ts';

export interface NativeRecorderOptions {
  readonly store: Store;
  readonly redact: Redactor;
  /**
   * `live`: where hooks record a session they say everything in time but what it costs, so only that is added.
   * `import`: whatever hooks do not have is added, as far as its id would be theirs. A session's `meta.json` is written
   * once, when it is concluded or forgotten, unless `settle` is called before.
   */
  readonly mode: 'live' | 'import';
}

/** Writes what an agent's own files say into the store; what is there already is not written again. */
export class NativeRecorder {
  private readonly options: NativeRecorderOptions;
  private readonly sessions = new Map<string, StoredIds>();
  /** What is not written yet, by session. */
  private readonly metas = new Map<string, SessionMeta>();
  /** To the calls that started subagents, by the subagent's session. */
  private readonly links = new Map<string, Partial<SessionMeta>>();

  constructor(options: NativeRecorderOptions) {
    this.options = options;
  }

  /**
   * Events of one file, in order. Most belong to the session of `facts`, some to subagents of it. Gives how many were
   * written of each session. Throws the system's error, and `refused`, when the store cannot be written.
   */
  record(file: NativeFile, facts: NativeFacts, events: readonly TraceEvent[]): ReadonlyMap<string, number> {
    const written = new Map<string, number>();
    for (let from = 0; from < events.length; ) {
      const session = (events[from] as TraceEvent).session_id;
      let to = from + 1;
      while (to < events.length && events[to]?.session_id === session) to += 1;
      const count = this.recordIn(session, file, facts, events.slice(from, to));
      written.set(session, (written.get(session) ?? 0) + count);
      from = to;
    }
    return written;
  }

  /** What the store has of a session that was recorded here; undefined for others. */
  stored(session: string): StoredIds | undefined {
    return this.sessions.get(session);
  }

  /** Looks what the store has of a session by now. */
  look(session: string): StoredIds {
    return this.open(openSession(this.options.store, session));
  }

  private reopen(session: string): void {
    changeMeta(this.options.store.path, session, ({ ended_at: _, total_duration_ms: __, ...meta }) => meta);
  }

  /** To be called when nothing more is to come of a session that is over: says so in its `meta.json`. */
  conclude(session: string): void {
    const stored = this.sessions.get(session);
    if (!stored || stored.size === 0) return;
    const concluded = (meta: SessionMeta): SessionMeta => ({
      ...meta,
      tool_calls: stored.toolCalls,
      llm_requests: stored.requests.size,
      errors: stored.errors,
      ended_at: stored.lastAt,
      total_duration_ms: Math.max(0, Math.round((stored.lastAt - meta.started_at) * 1000)),
    });
    if (!this.writeMeta(session, concluded)) changeMeta(this.options.store.path, session, concluded);
  }

  /** Frees what is remembered of a session. */
  forget(session: string): void {
    this.writeMeta(session, (meta) => meta);
    this.sessions.delete(session);
  }

  /** To be called when it takes long until more is known: what was kept back is written as it is. */
  settle(): void {
    for (const session of [...this.metas.keys()]) this.writeMeta(session, (meta) => meta);
  }

  /** Writes the meta of a session that was kept back; false when there is none, or another process was first. */
  private writeMeta(session: string, change: (meta: SessionMeta) => SessionMeta): boolean {
    const meta = this.metas.get(session);
    this.metas.delete(session);
    return meta !== undefined && createMeta(this.options.store.path, change({ ...meta, ...this.links.get(session) }));
  }

  private recordIn(session: string, file: NativeFile, facts: NativeFacts, events: readonly TraceEvent[]): number {
    const { store, redact, mode } = this.options;
    const folder = openSession(store, session);
    const stored = this.open(folder);
    const { hasHooks } = stored;
    // A side question begins with a copy of what its session has said.
    const root = rootOf(session) === session ? undefined : this.sessions.get(rootOf(session));
    const wanted = newest(events).filter(
      (event) => !stored.has(event) && !root?.has(event) && (!hasHooks || isMissing(event, mode, facts.agent)),
    );
    // Of what has ended nobody hears who was not told that it goes on.
    if (mode === 'live' && wanted.length > 0 && readMeta(store.path, session)?.ended_at !== undefined) {
      this.reopen(session);
    }
    if (!this.metas.has(session) && !hasMeta(store.path, session)) {
      this.metas.set(session, metaOf(session, file, facts, events));
      if (mode === 'live') this.writeMeta(session, (meta) => meta);
    }
    if (wanted.length === 0) return 0;
    const log = new EventLog(folder);
    try {
      const lines = log.appendAll(wanted.map((event) => storableEvent(event, redact)));
      stored.addWritten(wanted, log.file, lines);
    } finally {
      log.close();
    }
    for (const event of wanted) this.linkSubagent(event);
    return wanted.length;
  }

  private open(folder: SessionFolder): StoredIds {
    let stored = this.sessions.get(folder.name);
    if (!stored) {
      stored = new StoredIds(folder.path);
      this.sessions.set(folder.name, stored);
    }
    stored.refresh();
    return stored;
  }

  /** A finished call tells which subagent it started; only then is the call's id known to be its. */
  private linkSubagent({ event_type, session_id, parent_id, data }: TraceEvent): void {
    const agentId = asString(data.agent_id);
    if (event_type !== 'tool_result' || !agentId || !parent_id) return;
    const name = subagentSessionName(rootOf(session_id), agentId);
    const link = { parent_session_id: session_id, parent_event_id: parent_id };
    // Its own transcript may be read later.
    this.links.set(name, link);
    changeMeta(this.options.store.path, name, (meta) => ({ ...meta, ...link }));
  }
}

/** Of several reports of one request the one with the most output tokens, where the first stood. */
function newest(events: readonly TraceEvent[]): readonly TraceEvent[] {
  const last = new Map<string, TraceEvent>();
  for (const event of events) last.set(event.event_id, event);
  return last.size === events.length ? events : [...last.values()];
}

/** Whether hooks do not tell what the event says, or give it the same id; all others would be told a second time. */
function isMissing(event: TraceEvent, mode: 'live' | 'import', agent: string): boolean {
  const { event_type, event_id, parent_id, data } = event;
  if (event_type === 'llm_response') return true;
  // Its hooks are told no answers, and no ids of calls.
  if (agent === COPILOT_CLI) return event_type === 'assistant_response';
  if (mode === 'live') return false;
  if (event_type === 'tool_call') return event_id === data.tool_use_id;
  if (event_type === 'user_prompt') return event_id.endsWith('.prompt');
  return (event_type === 'tool_result' || event_type === 'error') && event_id === `${parent_id}.result`;
}

function metaOf(session: string, file: NativeFile, facts: NativeFacts, events: readonly TraceEvent[]): SessionMeta {
  const start = events.find((event) => event.event_type === 'session_start');
  const isOwn = session === facts.sessionId;
  const parent = (isOwn ? facts.parentSessionId : undefined) ?? asString(start?.data.parent_session_id);
  const workspace = facts.workspace ?? asString(start?.data.cwd);
  return {
    session_id: session,
    started_at: (isOwn ? facts.startedAt : undefined) ?? asNumber(events[0]?.timestamp) ?? 0,
    agent_name: asString(start?.data.agent) || facts.agent,
    ...(parent ? { parent_session_id: parent, depth: 1 } : {}),
    attribution: {
      agent_provider: facts.agent,
      ...(workspace ? { workspace } : {}),
      ...(isOwn ? { transcript_path: file.path } : {}),
    },
  };
}

/** The agent's process runs the session before the first dot; ids of agents have none. */
function rootOf(session: string): string {
  return session.split('.', 1)[0] ?? session;
}
