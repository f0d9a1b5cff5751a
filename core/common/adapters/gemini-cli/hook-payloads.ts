import { asRecord, asString, type JsonRecord } from '../../json.ts';
import { diffRanges } from '../patch-ranges.ts';
import { partsText } from './tool-call.ts';

/**
 * Hook events that are installed in Gemini CLI (0.61 fires them). Left out: those around each request, which come once a
 * piece of the answer, and `PreCompress`, which comes before every request whether or not anything is compressed.
 */
export const GEMINI_HOOK_EVENTS: readonly string[] = [
  ...['SessionStart', 'BeforeAgent', 'BeforeTool', 'AfterTool', 'AfterAgent', 'Notification', 'SessionEnd'],
];

/** Fields of a Gemini CLI hook in the words of Claude Code's hooks. Calls have no ids: a result belongs to the newest. */
export function geminiHookFields(fields: JsonRecord): JsonRecord {
  switch (fields.hook_event_name) {
    case 'BeforeAgent':
      return { ...fields, hook_event_name: 'UserPromptSubmit' };
    case 'AfterAgent': {
      const text = (asString(fields.prompt_response) ?? '').trim();
      return { ...fields, hook_event_name: 'Stop', last_assistant_message: text };
    }
    case 'BeforeTool':
      return { ...fields, hook_event_name: 'PreToolUse' };
    case 'AfterTool':
      return afterTool(fields);
    case 'Notification':
      return fields.notification_type === 'ToolPermission'
        ? { ...fields, notification_type: 'permission_prompt' }
        : fields;
    case 'PreCompress':
      return { ...fields, hook_event_name: 'PreCompact' };
    default:
      return fields;
  }
}

function afterTool(fields: JsonRecord): JsonRecord {
  const response = asRecord(fields.tool_response);
  const display = asRecord(response?.returnDisplay);
  const output = partsText(response?.llmContent);
  const error = asRecord(response?.error);
  const exitCode = /^Exit Code: (\d+)$/m.exec(output)?.[1];
  if (error || (exitCode !== undefined && exitCode !== '0')) {
    const text = asString(error?.message) || output || 'the call failed';
    return {
      ...fields,
      hook_event_name: 'PostToolUseFailure',
      error: exitCode === undefined ? text : `Exit code ${exitCode}\n${text}`,
    };
  }
  const diff = asString(display?.fileDiff);
  return {
    ...fields,
    hook_event_name: 'PostToolUse',
    tool_response: diff ?? output,
    ...(diff ? { written: diffRanges(diff) } : {}),
  };
}
