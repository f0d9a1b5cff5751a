import { asString } from '../../json.ts';
import type { HookPayload } from './hook-payload.ts';

/** An id that names a file and nothing else. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * The transcript that reports the requests of the payload's session: a subagent's own, which stands at
 * `<main transcript's folder>/<session id>/subagents/agent-<agent id>.jsonl` (`transcript_path` names the main one
 * inside a subagent too). Undefined when the payload does not tell.
 */
export function usageTranscript(payload: HookPayload): string | undefined {
  const { subagent, transcriptPath } = payload;
  if (!subagent) return transcriptPath;
  const named = asString(payload.fields.agent_transcript_path);
  if (named) return named;
  const folder = subagentTranscripts(payload);
  return folder && PLAIN.test(subagent.id) ? `${folder}/agent-${subagent.id}.jsonl` : undefined;
}

/** The folder of a session's subagents' transcripts; undefined when the payload does not tell. */
export function subagentTranscripts({ transcriptPath, agentSessionId }: HookPayload): string | undefined {
  if (!transcriptPath || !PLAIN.test(agentSessionId)) return undefined;
  return `${transcriptPath.replace(/[^/\\]*$/, '')}${agentSessionId}/subagents`;
}

/** The subagent whose transcript a file of that folder is; undefined for other files. */
export function subagentOfTranscript(fileName: string): string | undefined {
  return /^agent-([A-Za-z0-9][A-Za-z0-9._-]*)\.jsonl$/.exec(fileName)?.[1];
}
