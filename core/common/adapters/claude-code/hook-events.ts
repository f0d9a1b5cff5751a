import { asNumber, asRecord, asString, type JsonRecord } from '../../json.ts';
import type { EventData, EventType, TraceEvent } from '../../trace/trace-event.ts';
import { noteOf } from './hook-note.ts';
import type { HookPayload } from './hook-payload.ts';
import { toolOutcome } from './tool-response.ts';

/** As this agent is named in `session_start`, `meta.json` and registrations. */
export const CLAUDE_CODE = 'claude-code';

export interface EventSource {
  /** Unix seconds. */
  readonly now: number;
  /** Gives a new id at each call, for events that the agent gives no id. */
  readonly newId: () => string;
  /** Directory that paths in rules are relative to. */
  readonly workspace: string | undefined;
}

/**
 * The events that one hook payload stands for; none for what only serves the agent's display. What the agent gives an
 * id has an event id made from it (call: `tool_use_id`, its result: `<tool_use_id>.result`, prompt:
 * `<prompt_id>.prompt`), so that hooks installed twice count once. Nothing is redacted or cut here.
 */
export function hookEvents(payload: HookPayload, source: EventSource): readonly TraceEvent[] {
  const { fields } = payload;
  const event = (type: EventType, data: EventData, more: Partial<TraceEvent> = {}): TraceEvent => ({
    event_type: type,
    timestamp: source.now,
    event_id: source.newId(),
    session_id: payload.session,
    ...more,
    data,
  });

  switch (payload.event) {
    case 'SessionStart':
      return [event('session_start', startData(payload, source), startId(payload))];
    case 'SubagentStart':
      return [
        payload.subagent ? event('session_start', startData(payload, source)) : event('decision', noteOf(payload)),
      ];
    case 'UserPromptSubmit':
      return [event('user_prompt', promptData(fields), idFrom(fields.prompt_id, '.prompt'))];
    case 'PreToolUse':
      return [event('tool_call', callData(fields), idFrom(fields.tool_use_id, ''))];
    case 'PostToolUse': {
      const { result, ...facts } = toolOutcome(fields.tool_response, fields.tool_input);
      const written = Array.isArray(fields.written) ? { patch: fields.written } : {};
      const path = asString(fields.written_path);
      const all = { ...toolData(fields), result, ...facts, ...(path ? { file_path: path } : {}), ...written };
      return [event('tool_result', all, resultLinks(fields))];
    }
    case 'PostToolUseFailure':
      return [event('error', failureData(fields), resultLinks(fields))];
    case 'Stop':
      return [event('assistant_response', responseData(fields))];
    case 'StopFailure':
      return [event('error', stopFailureData(fields))];
    case 'SubagentStop':
      // Payloads of 2025 do not name the subagent; the session they come from goes on.
      return payload.subagent
        ? [event('assistant_response', responseData(fields)), event('session_end', { reason: 'completed' })]
        : [event('decision', noteOf(payload))];
    case 'SessionEnd':
      return [event('session_end', { reason: asString(fields.reason) ?? '' })];
    case 'TurnUsage':
      return turnEvents(payload, event);
    case 'MessageDisplay':
      return [];
    default:
      return [event('decision', noteOf(payload), parentFrom(fields.tool_use_id))];
  }
}

/**
 * Other agents have their file before their first hook has run, and whoever reads that has the start from there: it is
 * the same one. A session that goes on starts again.
 */
function startId({ agent, session, fields }: HookPayload): Partial<TraceEvent> {
  const isFirst = agent !== CLAUDE_CODE && (fields.source === undefined || fields.source === 'startup');
  return isFirst ? { event_id: `${session}.start` } : {};
}

/** The end of a turn that tells what it used, and how it ended where that was not well. */
function turnEvents(
  { fields }: HookPayload,
  event: (type: EventType, data: EventData, more?: Partial<TraceEvent>) => TraceEvent,
): readonly TraceEvent[] {
  const usage = asRecord(fields.turn_usage);
  const id = asString(fields.turn_id);
  const status = asString(fields.status) ?? 'completed';
  const data = { model: asString(fields.model) ?? 'unknown', usage, ...(id ? { message_id: id } : {}) };
  const ending = { error: `the turn ended: ${status}`, ...(status === 'aborted' ? { interrupted: true } : {}) };
  return [
    ...(usage ? [event('llm_response', data, id ? { event_id: `llm-${id}` } : {})] : []),
    ...(status === 'completed' ? [] : [event('error', ending, id ? { event_id: `${id}.stop` } : {})]),
  ];
}

/** True when the payload is the start of its own session. */
export function isStart({ event, subagent }: HookPayload): boolean {
  return event === (subagent ? 'SubagentStart' : 'SessionStart');
}

/**
 * The start of a session that was not seen starting: hooks installed while it ran, or a subagent whose start event did
 * not come. Several hook processes may find this at once; the id makes it one start.
 */
export function joinedLate(payload: HookPayload, source: EventSource): TraceEvent {
  return {
    event_type: 'session_start',
    timestamp: source.now,
    event_id: `${payload.session}.start`,
    session_id: payload.session,
    data: startData(payload, source),
  };
}

function startData(payload: HookPayload, source: EventSource): EventData {
  const { fields, subagent } = payload;
  const begun = payload.event === 'SessionStart';
  return {
    mode: `${payload.agent}-hooks`,
    agent: subagent?.type || payload.agent,
    source: subagent ? 'subagent' : begun ? (asString(fields.source) ?? 'startup') : 'joined',
    ...(begun && asString(fields.model) ? { model: fields.model } : {}),
    ...(source.workspace ? { cwd: source.workspace } : {}),
    ...(subagent ? { agent_id: subagent.id, parent_session_id: payload.rootSession } : {}),
    ...(asString(fields.permission_mode) ? { permission_mode: fields.permission_mode } : {}),
  };
}

function promptData(fields: JsonRecord): EventData {
  return {
    prompt: asString(fields.prompt) ?? '',
    ...(asString(fields.source) ? { source: fields.source } : {}),
  };
}

function toolData(fields: JsonRecord): EventData {
  return {
    tool_name: asString(fields.tool_name) ?? 'unknown',
    ...(asString(fields.tool_use_id) ? { tool_use_id: fields.tool_use_id } : {}),
  };
}

function callData(fields: JsonRecord): EventData {
  const input = fields.tool_input;
  // Readers expect an object, whatever a tool takes.
  const args = asRecord(input) ?? (input === undefined || input === null ? {} : { input });
  return { ...toolData(fields), arguments: args };
}

function failureData(fields: JsonRecord): EventData {
  const error = textOf(fields.error) || 'the call failed';
  const exitCode = /^Exit code (\d{1,3})\b/.exec(error)?.[1];
  return {
    ...toolData(fields),
    error,
    ...(fields.is_interrupt === true ? { is_interrupt: true, interrupted: true } : {}),
    ...(exitCode === undefined ? {} : { exit_code: Number(exitCode) }),
  };
}

function stopFailureData(fields: JsonRecord): EventData {
  const parts = [textOf(fields.error), textOf(fields.error_details)].filter((part) => part !== '');
  const text = asString(fields.last_assistant_message);
  return { error: parts.join(': ') || 'the turn failed', ...(text ? { text } : {}) };
}

function responseData(fields: JsonRecord): EventData {
  return { text: asString(fields.last_assistant_message) ?? '' };
}

/** Call and result are linked by the agent's id. Payloads of 2025 lack it: then readers pair them by tool name. */
function resultLinks(fields: JsonRecord): Partial<TraceEvent> {
  const duration = asNumber(fields.duration_ms);
  return {
    ...idFrom(fields.tool_use_id, '.result'),
    ...parentFrom(fields.tool_use_id),
    ...(duration === undefined ? {} : { duration_ms: duration }),
  };
}

function idFrom(value: unknown, suffix: string): Partial<TraceEvent> {
  const id = asString(value);
  return id ? { event_id: `${id}${suffix}` } : {};
}

function parentFrom(value: unknown): Partial<TraceEvent> {
  const id = asString(value);
  return id ? { parent_id: id } : {};
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
