import { asString } from '../json.ts';
import type { Alert } from '../protocol/alert.ts';
import { type PanelRow, ROW_TEXT_CHARACTERS } from '../protocol/panel.ts';
import { operationOf } from '../session/operation.ts';
import { subagentSessionName } from '../trace/session-name.ts';
import type { EventType, TraceEvent } from '../trace/trace-event.ts';
import { callTarget, shownPath } from './call-target.ts';
import { describeAlert } from './describe-alert.ts';
import { describeEvent } from './describe-event.ts';
import { excerpt } from './excerpt.ts';
import { cutText } from './panel-text.ts';
import type { RowRef, StreamIndex } from './stream-index.ts';

const TITLE_CHARACTERS = 100;

const TITLES: Readonly<Record<Exclude<EventType, 'tool_call' | 'tool_result'>, string>> = {
  session_start: 'Session',
  session_end: 'Session',
  user_prompt: 'Prompt',
  assistant_response: 'Response',
  llm_request: 'Request',
  llm_response: 'Request',
  file_read: 'Read',
  file_write: 'Write',
  decision: 'Note',
  error: 'Error',
};

/** What the row of an event shows; `event` is the one at the row's offset. Strings are safe to show, texts are cut. */
export function eventRow(index: StreamIndex, ref: RowRef, event: TraceEvent, sessionId: string): PanelRow {
  const { workspace } = index;
  const status = index.status(ref);
  const durationMs = index.durationMs(ref);
  const path = eventPath(event);
  const line = path === undefined ? undefined : index.line(ref);
  const agent = index.subagent(ref);
  return {
    id: index.id(ref),
    kind: index.kind(ref),
    at: event.timestamp,
    title: titleOf(event),
    text: cutText(textOf(event, workspace), ROW_TEXT_CHARACTERS).text,
    ...(status === undefined ? {} : { status }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(path === undefined ? {} : { path: shownPath(path, workspace) }),
    ...(line === undefined ? {} : { line }),
    ...(agent === undefined ? {} : { subagent: subagentSessionName(sessionId, agent) }),
  };
}

/** What the row of an alert shows. */
export function alertRow(index: StreamIndex, ref: RowRef, alert: Alert): PanelRow {
  const status = index.status(ref);
  const durationMs = index.durationMs(ref);
  const { action } = alert;
  const word = `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
  const title = alert.type === 'outcome' ? word : alert.rule || word;
  return {
    id: index.id(ref),
    kind: index.kind(ref),
    at: alert.at,
    title: cutText(excerpt(title), TITLE_CHARACTERS).text,
    text: cutText(alertText(alert), ROW_TEXT_CHARACTERS).text,
    ...(status === undefined ? {} : { status }),
    ...(durationMs === undefined ? {} : { durationMs }),
    action,
    ...(status === 'held' && action === 'ask' ? { asked: alert.decision_id } : {}),
  };
}

/** What was measured, where the row names the rule already. */
function alertText(alert: Alert): string {
  if (alert.type === 'outcome') return describeAlert(alert).text;
  if (alert.type === 'hold') return excerpt(alert.reason);
  const { action, mode, message, warns_of } = alert;
  if (warns_of !== undefined) return excerpt(`near the limit: ${message}`);
  return excerpt(mode === 'monitor' && action !== 'alert' ? `would ${action}: ${message}` : message);
}

/** Stands where a row's line cannot be read: its place in the stream must stay filled. */
export function unreadableRow(index: StreamIndex, ref: RowRef): PanelRow {
  const status = index.status(ref);
  return {
    id: index.id(ref),
    kind: index.kind(ref),
    at: index.time(ref),
    title: 'Unreadable',
    text: 'The trace file no longer holds this event.',
    ...(status === undefined ? {} : { status }),
  };
}

/** The file that an event is about, as the agent named it. */
export function eventPath({ event_type, data }: TraceEvent): string | undefined {
  if (event_type === 'file_read' || event_type === 'file_write')
    return asString(data.file_path) || asString(data.path) || undefined;
  if (event_type === 'tool_result') return asString(data.file_path) || undefined;
  if (event_type !== 'tool_call') return undefined;
  const operation = operationOf(asString(data.tool_name) ?? '', data.arguments);
  return operation.kind === 'read' || operation.kind === 'write' ? operation.path : undefined;
}

function titleOf({ event_type, data }: TraceEvent): string {
  if (event_type !== 'tool_call' && event_type !== 'tool_result') return TITLES[event_type];
  return cutText(excerpt(asString(data.tool_name) ?? '') || 'Call', TITLE_CHARACTERS).text;
}

function textOf(event: TraceEvent, workspace: string | undefined): string {
  if (event.event_type === 'tool_call') return callTarget(event.data, workspace) ?? '';
  return describeEvent(event, event.session_id, workspace)?.text ?? '';
}
