import { type EventSource, isStart, joinedLate } from '../../core/common/adapters/claude-code/hook-events.ts';
import type { HookPayload } from '../../core/common/adapters/claude-code/hook-payload.ts';
import { usageTranscript } from '../../core/common/adapters/claude-code/usage-transcript.ts';
import { asRecord, asString, type JsonRecord } from '../../core/common/json.ts';
import type { SessionMeta } from '../../core/common/trace/session-meta.ts';
import { subagentSessionName } from '../../core/common/trace/session-name.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';
import type { FoundAgent } from '../../core/node/process/find-agent.ts';
import { countEvents } from '../../core/node/store/count-events.ts';
import { openSession, type SessionFolder, type Store } from '../../core/node/store/open-store.ts';
import { changeMeta, createMeta, hasMeta, readMeta } from '../../core/node/store/session-meta-file.ts';
import type { Attempt } from './attempt.ts';

export interface HookSessionsParts {
  readonly store: Store;
  readonly payload: HookPayload;
  readonly source: EventSource;
  /** The agent's process, when this hook found it. */
  readonly agent: FoundAgent | undefined;
  readonly attempt: Attempt;
  /** Writes an event as it may be stored. */
  readonly append: (session: SessionFolder, event: TraceEvent) => void;
}

/** The sessions of the store that one hook payload is about, and what their `meta.json` says of them. */
export class HookSessions {
  private readonly parts: HookSessionsParts;

  constructor(parts: HookSessionsParts) {
    this.parts = parts;
  }

  /** The session of the agent's process, to which its subagents' belong. */
  openRoot(): SessionFolder {
    const { payload, agent } = this.parts;
    const attribution = { ...this.place(payload.transcriptPath), ...processFacts(agent) };
    const { session, isNew } = this.open(
      { ...payload, session: payload.rootSession, subagent: undefined },
      { agent_name: payload.agent, attribution },
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

  openSubagent(payload: HookPayload, link: Partial<SessionMeta> = {}): SessionFolder {
    const { session, isNew } = this.open(payload, {
      agent_name: payload.subagent?.type || payload.agent,
      parent_session_id: payload.rootSession,
      depth: 1,
      attribution: this.place(usageTranscript(payload)),
      ...link,
    });
    // One that had ended can be asked again.
    if (!isNew && payload.event === 'SubagentStart') this.changeMeta(session.name, reopened);
    return session;
  }

  /** Its end has been written. */
  close(session: SessionFolder): void {
    const { now } = this.parts.source;
    this.changeMeta(session.name, (meta) => ({
      ...meta,
      ...countEvents(session.path),
      ended_at: now,
      total_duration_ms: Math.max(0, Math.round((now - meta.started_at) * 1000)),
    }));
  }

  /** A finished call of the Agent tool tells which subagent it started; only then is the call's id known to be its. */
  linkSubagent(): void {
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

  /** Opens the session of a payload. A new one gets its meta, and a start unless the payload is just that. */
  private open(payload: HookPayload, meta: Partial<SessionMeta>): { session: SessionFolder; isNew: boolean } {
    const { store, source, attempt, append } = this.parts;
    const session = openSession(store, payload.session);
    if (hasMeta(store.path, session.name)) return { session, isNew: false };
    const whole: SessionMeta = { session_id: session.name, started_at: source.now, ...meta };
    const isNew = attempt('meta.json', () => createMeta(store.path, whole)) ?? false;
    if (isNew && !isStart(payload)) attempt('events', () => append(session, joinedLate(payload, source)));
    return { session, isNew };
  }

  private changeMeta(session: string, change: (meta: SessionMeta) => SessionMeta): void {
    this.parts.attempt('meta.json', () => changeMeta(this.parts.store.path, session, change));
  }

  private place(transcript: string | undefined): JsonRecord {
    const { payload, source } = this.parts;
    const { workspace } = source;
    return {
      agent_provider: payload.agent,
      ...(workspace ? { workspace } : {}),
      ...(transcript ? { transcript_path: transcript } : {}),
    };
  }
}

function reopened({ ended_at: _, total_duration_ms: __, ...meta }: SessionMeta): SessionMeta {
  return meta;
}

function processFacts(agent: FoundAgent | undefined): JsonRecord {
  return agent ? { process: agent.process, executable: agent.executable, process_source: agent.source } : {};
}
