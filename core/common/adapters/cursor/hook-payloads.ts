import { asCount, asRecord, asString, type JsonRecord, parseJson } from '../../json.ts';
import type { CallAnswer } from '../call-answer.ts';
import { lineCount } from '../patch-ranges.ts';

/** Hook events that are installed in Cursor, by their documentation: none of this was recorded with the real one. */
export const CURSOR_HOOK_EVENTS: readonly string[] = [
  ...['sessionStart', 'beforeSubmitPrompt', 'preToolUse', 'postToolUse', 'postToolUseFailure', 'afterAgentResponse'],
  ...['subagentStart', 'subagentStop', 'preCompact', 'stop', 'sessionEnd'],
];

/**
 * What Cursor waits for on stdout before it goes on, where nothing is ever kept from it. Undefined where it waits for
 * nothing, and before a call.
 */
export function cursorHookAnswer(event: string | undefined): string | undefined {
  if (event === 'beforeSubmitPrompt') return '{"continue":true}';
  return event === 'preCompact' || event === 'subagentStart' ? '{}' : undefined;
}

/** What Cursor reads on the stdout of a `preToolUse` hook, by its documentation: it always wants a word. */
export function cursorCallAnswer({ denied }: CallAnswer): string {
  if (denied === undefined) return '{"permission":"allow"}';
  return JSON.stringify({ permission: 'deny', user_message: denied, agent_message: denied });
}

/** Fields of a Cursor hook in the words of Claude Code's hooks. A conversation is a session, a generation a turn. */
export function cursorHookFields(given: JsonRecord): JsonRecord {
  const id = asString(given.tool_use_id);
  const { user_email: _, ...kept } = given;
  const fields: JsonRecord = {
    ...kept,
    session_id: asString(given.conversation_id) || asString(given.session_id),
    // Ids of calls have been seen with a newline in them.
    ...(id ? { tool_use_id: id.replace(/\s+/g, '-') } : {}),
  };
  const generation = asString(fields.generation_id);
  switch (fields.hook_event_name) {
    case 'sessionStart':
      return { ...fields, hook_event_name: 'SessionStart', source: 'startup' };
    case 'sessionEnd':
      return { ...fields, hook_event_name: 'SessionEnd' };
    case 'beforeSubmitPrompt':
      return { ...fields, hook_event_name: 'UserPromptSubmit', ...(generation ? { prompt_id: generation } : {}) };
    case 'preToolUse':
      return { ...fields, hook_event_name: 'PreToolUse' };
    case 'postToolUse':
      return { ...fields, hook_event_name: 'PostToolUse', ...outcome(fields) };
    case 'postToolUseFailure':
      return {
        ...fields,
        hook_event_name: 'PostToolUseFailure',
        error: asString(fields.error_message) ?? fields.error,
        duration_ms: fields.duration,
      };
    case 'afterAgentResponse':
      return { ...fields, hook_event_name: 'Stop', last_assistant_message: fields.text };
    case 'stop':
      return { ...fields, hook_event_name: 'TurnUsage', turn_usage: turnUsage(fields), turn_id: turnId(fields) };
    case 'preCompact':
      return { ...fields, hook_event_name: 'PreCompact' };
    default:
      return fields;
  }
}

function outcome(fields: JsonRecord): JsonRecord {
  const input = asRecord(fields.tool_input);
  const path = asString(input?.path) ?? asString(input?.file_path);
  const contents = asString(input?.contents);
  const output = asString(fields.tool_output);
  const said = asRecord(parseJson(output ?? ''));
  return {
    tool_response: asString(said?.output) ?? output ?? fields.tool_output,
    duration_ms: fields.duration,
    ...(path ? { written_path: path } : {}),
    ...(fields.tool_name === 'Write' && contents !== undefined
      ? { written: [{ start: 1, lines: lineCount(contents) }] }
      : {}),
  };
}

/** Tokens of a turn as `stop` tells them; undefined when it tells none. */
function turnUsage(fields: JsonRecord): JsonRecord | undefined {
  const usage = {
    input: asCount(fields.input_tokens),
    output: asCount(fields.output_tokens),
    cache_read: asCount(fields.cache_read_tokens),
    cache_write_5m: asCount(fields.cache_write_tokens),
    cache_write_1h: 0,
  };
  return Object.values(usage).some((count) => count > 0) ? usage : undefined;
}

/** A turn that hooks send on (`loop_count`) stops again, with tokens of its own. */
function turnId(fields: JsonRecord): string | undefined {
  const generation = asString(fields.generation_id);
  return generation && `${generation}.${asCount(fields.loop_count)}`;
}
