import { existsSync, readdirSync } from 'node:fs';
import {
  CLAUDE_CODE,
  type EventSource,
  hookEvents,
  isStart,
  joinedLate,
} from '../../core/common/adapters/claude-code/hook-events.ts';
import type { HookPayload } from '../../core/common/adapters/claude-code/hook-payload.ts';
import {
  subagentOfTranscript,
  subagentTranscripts,
  usageTranscript,
} from '../../core/common/adapters/claude-code/usage-transcript.ts';
import { asRecord, asString, type JsonRecord } from '../../core/common/json.ts';
import type { Redactor } from '../../core/common/redact/redactor.ts';
import { storableEvent } from '../../core/common/redact/storable-event.ts';
import type { SessionMeta } from '../../core/common/trace/session-meta.ts';
import { subagentSessionName } from '../../core/common/trace/session-name.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import { recordUsage } from '../../core/node/adapters/claude-code/record-usage.ts';
import { usageCursorFile } from '../../core/node/adapters/claude-code/usage-cursor.ts';
import type { FoundAgent } from '../../core/node/process/find-agent.ts';
import { clearActive, markActive } from '../../core/node/store/active-session.ts';
import { countEvents } from '../../core/node/store/count-events.ts';
import { EventLog } from '../../core/node/store/event-log.ts';
import { hasSession, openSession, type SessionFolder, type Store } from '../../core/node/store/open-store.ts';
import { changeMeta, createMeta, hasMeta, readMeta } from '../../core/node/store/session-meta-file.ts';
import type { Attempt } from './attempt.ts';

export interface HookRecorderParts {
  readonly store: Store;
  readonly payload: HookPayload;
  readonly source: EventSource;
  readonly redact: Redactor;
  /** The agent's process, when this hook found it. */
  readonly agent: FoundAgent | undefined;
  readonly attempt: Attempt;
}

/** Events at which the transcript may report requests that are not recorded yet. */
const USAGE_EVENTS: ReadonlySet<string> = new Set([
  'UserPromptSubmit',
  'PostToolUse',
  'PostToolUseFailure',
  'Stop',
  'StopFailure',
  'SubagentStop',
  'SessionEnd',
]);

/** Events of a main session after which subagents have answered, some of them later than they were said to end. */
const TURN_ENDS: ReadonlySet<string> = new Set(['Stop', 'StopFailure', 'SessionEnd']);

/** Reads of a transcript (8 MiB each) when a session ends and no later hook will go on with it. */
const LAST_READS = 16;

/** Writes into the store what one hook payload says. A step that fails is noted and the others are still taken. */
export class HookRecorder {
  private readonly parts: HookRecorderParts;

  constructor(parts: HookRecorderParts) {
    this.parts = parts;
  }

  record(): void {
    const { payload, source, attempt, store } = this.parts;
    const root = attempt('session', () => this.openRoot());
    const session = payload.subagent ? attempt('subagent session', () => this.openSubagent(payload, {})) : root;
    if (!session) return;
    const events = hookEvents(payload, source);
    if (events.at(-1)?.event_type === 'session_end') {
      // The end is to be a session's last line, so what its last requests cost comes before.
      attempt('usage', () => this.recordUsage(session, LAST_READS));
      attempt('events', () => this.append(session, events));
      this.closeMeta(session);
    } else {
      attempt('events', () => this.append(session, events));
      attempt('usage', () => this.recordUsage(session, 1));
    }
    if (!payload.subagent && TURN_ENDS.has(payload.event)) {
      attempt('usage of subagents', () => this.recordUsageOfSubagents());
    }
    if (payload.event === 'PostToolUse') attempt('subagent link', () => this.linkSubagent());
    if (payload.event === 'SessionStart') attempt('.active-session', () => markActive(store.path, session.name));
    if (payload.event === 'SessionEnd') attempt('.active-session', () => clearActive(store.path, session.name));
  }

  /** The session of the agent's process, to which its subagents' belong. */
  private openRoot(): SessionFolder {
    const { payload, agent } = this.parts;
    const attribution = { ...this.place(payload.transcriptPath), ...processFacts(agent) };
    const { session, isNew } = this.open(
      { ...payload, session: payload.rootSession, subagent: undefined },
      { agent_name: CLAUDE_CODE, attribution },
    );
    const starts = payload.event === 'SessionStart';
    if (!isNew && (starts || agent)) {
      this.changeMeta(session.name, (meta) => ({
        ...(starts ? reopened(meta) : meta),
        attribution: { ...meta.attribution, ...attribution },
      }));
    }
    return session;
  }

  private openSubagent(payload: HookPayload, link: Partial<SessionMeta>): SessionFolder {
    const { session, isNew } = this.open(payload, {
      agent_name: payload.subagent?.type || CLAUDE_CODE,
      parent_session_id: payload.rootSession,
      depth: 1,
      attribution: this.place(usageTranscript(payload)),
      ...link,
    });
    // One that had ended can be asked again.
    if (!isNew && payload.event === 'SubagentStart') this.changeMeta(session.name, reopened);
    return session;
  }

  /** Opens the session of a payload. A new one gets its meta, and a start unless the payload is just that. */
  private open(payload: HookPayload, meta: Partial<SessionMeta>): { session: SessionFolder; isNew: boolean } {
    const { store, source, attempt } = this.parts;
    const session = openSession(store, payload.session);
    if (hasMeta(store.path, session.name)) return { session, isNew: false };
    const whole: SessionMeta = { session_id: session.name, started_at: source.now, ...meta };
    const isNew = attempt('meta.json', () => createMeta(store.path, whole)) ?? false;
    if (isNew && !isStart(payload)) attempt('events', () => this.append(session, [joinedLate(payload, source)]));
    return { session, isNew };
  }

  private changeMeta(session: string, change: (meta: SessionMeta) => SessionMeta): void {
    this.parts.attempt('meta.json', () => changeMeta(this.parts.store.path, session, change));
  }

  private place(transcript: string | undefined): JsonRecord {
    const { workspace } = this.parts.source;
    return {
      agent_provider: CLAUDE_CODE,
      ...(workspace ? { workspace } : {}),
      ...(transcript ? { transcript_path: transcript } : {}),
    };
  }

  private append(session: SessionFolder, events: readonly TraceEvent[]): void {
    if (events.length === 0) return;
    const log = new EventLog(session);
    try {
      for (const event of events) log.append(storableEvent(event, this.parts.redact));
    } finally {
      log.close();
    }
  }

  private recordUsage(session: SessionFolder, reads: number): void {
    const { payload } = this.parts;
    const transcriptPath = USAGE_EVENTS.has(payload.event) ? usageTranscript(payload) : undefined;
    if (transcriptPath) this.recordUsageIn(transcriptPath, session, reads);
  }

  /** A subagent's last answer reaches its transcript up to 100 ms after `SubagentStop`, when its own hooks are over. */
  private recordUsageOfSubagents(): void {
    const { payload, store } = this.parts;
    const folder = subagentTranscripts(payload);
    if (!folder || !existsSync(folder)) return;
    for (const file of readdirSync(folder)) {
      const id = subagentOfTranscript(file);
      const name = id && subagentSessionName(payload.agentSessionId, id);
      if (!name || !hasSession(store, name)) continue;
      this.recordUsageIn(`${folder}/${file}`, openSession(store, name), LAST_READS);
    }
  }

  private recordUsageIn(transcriptPath: string, session: SessionFolder, reads: number): void {
    const request = {
      transcriptPath,
      cursors: usageCursorFile(session.path),
      sessionId: session.name,
      append: (event: TraceEvent) => this.append(session, [event]),
      now: this.parts.source.now,
    };
    for (let read = 0; read < reads && recordUsage(request); read++);
  }

  private closeMeta(session: SessionFolder): void {
    const { now } = this.parts.source;
    this.changeMeta(session.name, (meta) => ({
      ...meta,
      ...countEvents(session.path),
      ended_at: now,
      total_duration_ms: Math.max(0, Math.round((now - meta.started_at) * 1000)),
    }));
  }

  /** A finished call of the Agent tool tells which subagent it started; only then is the call's id known to be its. */
  private linkSubagent(): void {
    const { payload, store } = this.parts;
    const response = asRecord(payload.fields.tool_response);
    const agentId = asString(response?.agentId);
    const callId = asString(payload.fields.tool_use_id);
    if (!agentId || !callId) return;
    const name = subagentSessionName(payload.agentSessionId, agentId);
    const parent = payload.session;
    const link = {
      parent_session_id: parent,
      parent_event_id: callId,
      depth: payload.subagent ? (readMeta(store.path, parent)?.depth ?? 1) + 1 : 1,
    };
    if (response?.status === 'async_launched') {
      // It may not have had an event yet.
      const type = asString(response.agentType) ?? asString(asRecord(payload.fields.tool_input)?.subagent_type) ?? '';
      this.openSubagent({ ...payload, session: name, subagent: { id: agentId, type } }, link);
    }
    this.changeMeta(name, (meta) => ({ ...meta, ...link }));
  }
}

function reopened({ ended_at: _, total_duration_ms: __, ...meta }: SessionMeta): SessionMeta {
  return meta;
}

function processFacts(agent: FoundAgent | undefined): JsonRecord {
  return agent ? { process: agent.process, executable: agent.executable, process_source: agent.source } : {};
}
