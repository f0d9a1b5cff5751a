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
  const { subagent, transcriptPath, agentSessionId } = payload;
  if (!subagent) return transcriptPath;
  const named = asString(payload.fields.agent_transcript_path);
  if (named) return named;
  if (!transcriptPath || !PLAIN.test(agentSessionId) || !PLAIN.test(subagent.id)) return undefined;
  const folder = transcriptPath.replace(/[^/\\]*$/, '');
  return `${folder}${agentSessionId}/subagents/agent-${subagent.id}.jsonl`;
}
