import { asNumber, asRecord, asString, asTime, type JsonRecord } from '../json.ts';
import { decodeProcessIdentity, type ProcessIdentity } from '../process/process-identity.ts';

/**
 * `meta.json` of a session. The field names are all that agent-strace's reader accepts, so our own facts live in
 * `attribution`. Written at start and end only: while a session runs its events are the truth. Times are Unix seconds.
 */
export interface SessionMeta {
  readonly session_id: string;
  readonly started_at: number;
  readonly ended_at?: number;
  readonly agent_name?: string;
  readonly command?: string;
  readonly tool_calls?: number;
  readonly llm_requests?: number;
  readonly errors?: number;
  readonly total_tokens?: number;
  readonly total_duration_ms?: number;
  readonly parent_session_id?: string;
  /** `event_id` of the call that started this session, in the parent's session. */
  readonly parent_event_id?: string;
  /** 0 for a session of its own, 1 for its subagents, and so on. */
  readonly depth?: number;
  /** agent-strace's own keys (`os_user`, `git_branch`, ...) and ours, see `decodeAttribution`. */
  readonly attribution?: JsonRecord;
}

/** What our recorders put into `attribution`. From a file of the workspace, therefore a claim and no proof. */
export interface Attribution {
  readonly process: ProcessIdentity | undefined;
  /** Path of the agent's executable. */
  readonly executable: string | undefined;
  /** Directory the agent works in. */
  readonly workspace: string | undefined;
  /** The agent's own record of the session. */
  readonly transcriptPath: string | undefined;
}

const TEXTS = ['agent_name', 'command', 'parent_session_id', 'parent_event_id'] as const;
const NUMBERS = ['tool_calls', 'llm_requests', 'errors', 'total_tokens', 'total_duration_ms', 'depth'] as const;

/** Known fields of the expected type; undefined when the two that make a session are missing. */
export function decodeSessionMeta(value: unknown): SessionMeta | undefined {
  const record = asRecord(value);
  const sessionId = asString(record?.session_id);
  const startedAt = asTime(record?.started_at);
  if (!record || !sessionId || startedAt === undefined) return undefined;
  const fields: Record<string, unknown> = { session_id: sessionId, started_at: startedAt };
  for (const name of TEXTS) if (asString(record[name])) fields[name] = record[name];
  for (const name of NUMBERS) if (asNumber(record[name]) !== undefined) fields[name] = record[name];
  if (asTime(record.ended_at) !== undefined) fields.ended_at = record.ended_at;
  const attribution = asRecord(record.attribution);
  return { session_id: sessionId, started_at: startedAt, ...fields, ...(attribution ? { attribution } : {}) };
}

export function decodeAttribution(meta: SessionMeta): Attribution {
  const { attribution } = meta;
  return {
    process: decodeProcessIdentity(attribution?.process),
    executable: asString(attribution?.executable),
    workspace: asString(attribution?.workspace) ?? asString(attribution?.working_dir),
    transcriptPath: asString(attribution?.transcript_path),
  };
}
