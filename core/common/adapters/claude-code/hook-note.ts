import { asString, type JsonRecord } from '../../json.ts';
import type { EventData } from '../../trace/trace-event.ts';
import type { HookPayload } from './hook-payload.ts';

/** What every payload has and the session's own record already says. */
const COMMON = new Set([
  'session_id',
  'transcript_path',
  'cwd',
  'hook_event_name',
  'permission_mode',
  'effort',
  'prompt_id',
  'agent_id',
  'agent_type',
]);

/** Notifications that say the agent waits for its user; the others report. */
const WAITING = /^(?:permission_prompt|idle_prompt|agent_needs_input|elicitation_dialog)$/;

/**
 * Data of a `decision` event: a hook event that has no event type of its own, known today or not, kept as it is.
 * `choice` is one line for people; `waiting_for` is set while the agent waits for its user; `model` after a switch.
 */
export function noteOf(payload: HookPayload): EventData {
  const { event, fields } = payload;
  const waitingFor = waitingForOf(event, fields);
  const model = event === 'PostModelSwitch' ? asString(fields.to_model) : undefined;
  return {
    hook_event_name: event || 'unknown',
    choice: choiceOf(event, fields),
    ...(waitingFor ? { waiting_for: waitingFor } : {}),
    ...(model ? { model } : {}),
    payload: restOf(fields),
  };
}

function choiceOf(event: string, fields: JsonRecord): string {
  const text = (name: string): string => asString(fields[name]) ?? '?';
  switch (event) {
    case 'Notification':
      return text('message');
    case 'PermissionRequest':
      return `permission asked: ${text('tool_name')}`;
    case 'PermissionDenied':
      return `permission denied: ${text('tool_name')}`;
    case 'PreCompact':
      return `compaction starts (${text('trigger')})`;
    case 'PostCompact':
      return `compaction done (${text('trigger')})`;
    case 'PreModelSwitch':
    case 'PostModelSwitch':
      return `model ${text('from_model')} -> ${text('to_model')}`;
    default:
      return event || 'unknown';
  }
}

function waitingForOf(event: string, fields: JsonRecord): string | undefined {
  if (event === 'PermissionRequest') return `permission: ${asString(fields.tool_name) ?? '?'}`;
  if (event === 'Elicitation') return 'an answer';
  if (event !== 'Notification' || !WAITING.test(asString(fields.notification_type) ?? '')) return undefined;
  return asString(fields.message) ?? asString(fields.notification_type);
}

function restOf(fields: JsonRecord): JsonRecord {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !COMMON.has(name)));
}
