import { asRecord, asString, type JsonRecord } from '../../json.ts';
import type { CallAnswer } from '../call-answer.ts';
import { lineCount } from '../patch-ranges.ts';

/**
 * Hook events that are installed in Copilot CLI (1.0.102 fires them). Left out: `permissionRequest`, which comes before
 * every call whether or not anybody is asked, and those of subagents, which name none.
 */
export const COPILOT_HOOK_EVENTS: readonly string[] = [
  ...['sessionStart', 'userPromptSubmitted', 'preToolUse', 'postToolUse', 'postToolUseFailure', 'notification'],
  ...['errorOccurred', 'preCompact', 'sessionEnd'],
];

/**
 * What Copilot CLI reads on the stdout of a `preToolUse` hook; empty when there is nothing to say. It has no word that
 * ends the turn. A line of progress is shown in its timeline.
 */
export function copilotCallAnswer({ denied, warning }: CallAnswer): string {
  const said = warning === undefined ? '' : `${JSON.stringify({ type: 'progress', message: warning })}\n`;
  if (denied === undefined) return said;
  return `${said}${JSON.stringify({ permissionDecision: 'deny', permissionDecisionReason: denied })}`;
}

/**
 * Fields of a Copilot CLI hook in the words of Claude Code's hooks. Calls have no ids: a result belongs to the newest.
 * What was answered no hook is told.
 */
export function copilotHookFields(given: JsonRecord): JsonRecord {
  const { sessionId, toolName, toolArgs, transcriptPath, ...rest } = given;
  const fields: JsonRecord = {
    ...rest,
    session_id: sessionId,
    ...(transcriptPath === undefined ? {} : { transcript_path: transcriptPath }),
    ...(toolName === undefined ? {} : { tool_name: toolName, tool_input: toolArgs }),
  };
  switch (given.hook_event_name) {
    case 'sessionStart':
      return { ...fields, hook_event_name: 'SessionStart', source: given.source === 'new' ? 'startup' : given.source };
    case 'userPromptSubmitted':
      return { ...fields, hook_event_name: 'UserPromptSubmit' };
    case 'preToolUse':
      return { ...fields, hook_event_name: 'PreToolUse' };
    case 'postToolUse':
      return { ...fields, ...outcome(given) };
    case 'postToolUseFailure':
      return { ...fields, hook_event_name: 'PostToolUseFailure' };
    case 'errorOccurred':
      return { ...fields, hook_event_name: 'StopFailure', error: asString(asRecord(given.error)?.message) };
    case 'preCompact':
      return { ...fields, hook_event_name: 'PreCompact' };
    case 'sessionEnd':
      return { ...fields, hook_event_name: 'SessionEnd' };
    default:
      return fields;
  }
}

/** A command that fails is a success for Copilot CLI, which tells its exit code in the text. */
function outcome({ toolName, toolArgs, toolResult }: JsonRecord): JsonRecord {
  const text = asString(asRecord(toolResult)?.textResultForLlm) ?? '';
  const exitCode = /<shellId: \S+ completed with exit code (\d+)>\s*$/.exec(text)?.[1];
  if (exitCode !== undefined && exitCode !== '0')
    return { hook_event_name: 'PostToolUseFailure', error: `Exit code ${exitCode}\n${text}` };
  const args = asRecord(toolArgs);
  const path = toolName === 'create' || toolName === 'edit' ? asString(args?.path) : undefined;
  const content = toolName === 'create' ? asString(args?.file_text) : undefined;
  return {
    hook_event_name: 'PostToolUse',
    tool_response: text,
    ...(path ? { written_path: path } : {}),
    ...(content === undefined ? {} : { written: [{ start: 1, lines: lineCount(content) }] }),
  };
}
