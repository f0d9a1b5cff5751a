import { asRecord, asString, type JsonRecord } from '../../json.ts';
import { sessionName, subagentSessionName } from '../../trace/session-name.ts';

/** What Claude Code gives a hook on stdin, or another agent in its words (`agent-hooks.ts`), with what every event has told apart. Any field may be missing. */
export interface HookPayload {
  /** As this agent is named in events; Claude Code's own payloads do not say. */
  readonly agent: string;
  /** `hook_event_name`; empty when neither the payload nor the caller knows it. */
  readonly event: string;
  /** The agent's own session id, as it stands. */
  readonly agentSessionId: string;
  /** Name in the store of the session this event belongs to: a subagent's own, when it happened in one. */
  readonly session: string;
  /** Name in the store of the session the agent's process runs; differs from `session` in a subagent. */
  readonly rootSession: string;
  /** Set inside a subagent only. Its type is empty for the agent's internal helpers. */
  readonly subagent: { readonly id: string; readonly type: string } | undefined;
  /** Current directory of the agent; it changes as the agent moves. */
  readonly cwd: string | undefined;
  /** The main session's transcript, inside a subagent too. */
  readonly transcriptPath: string | undefined;
  /** The payload as received. */
  readonly fields: JsonRecord;
}

/** What the caller knows without the payload. */
export interface PayloadDefaults {
  readonly event?: string | undefined;
  readonly agentSessionId?: string | undefined;
}

/** Undefined when the value is no object: then there is nothing to record. */
export function decodeHookPayload(value: unknown, defaults: PayloadDefaults = {}): HookPayload | undefined {
  const fields = asRecord(value);
  if (!fields) return undefined;
  const agentSessionId = asString(fields.session_id) || defaults.agentSessionId || 'unknown';
  const agentId = asString(fields.agent_id);
  return {
    agent: 'claude-code',
    event: asString(fields.hook_event_name) || defaults.event || '',
    agentSessionId,
    session: agentId ? subagentSessionName(agentSessionId, agentId) : sessionName(agentSessionId),
    rootSession: sessionName(agentSessionId),
    subagent: agentId ? { id: agentId, type: asString(fields.agent_type) ?? '' } : undefined,
    cwd: asString(fields.cwd) || undefined,
    transcriptPath: asString(fields.transcript_path) || undefined,
    fields,
  };
}
