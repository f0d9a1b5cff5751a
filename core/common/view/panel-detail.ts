import { asArray, asRecord, asString, type JsonRecord } from '../json.ts';
import type { Alert } from '../protocol/alert.ts';
import type { RowDetail } from '../protocol/panel.ts';
import { operationOf } from '../session/operation.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { cutText, sanitizeLines } from './panel-text.ts';

type Section = RowDetail['sections'][number];
type Format = Section['format'];

/** UTF-16 units of one section; recorders keep no longer strings. */
const SECTION_CHARACTERS = 64 * 1024;

/** What the row of an event opens to. `result` is the event that ended the call, when there is one. */
export function eventSections(event: TraceEvent, result: TraceEvent | undefined): readonly Section[] {
  const { data } = event;
  switch (event.event_type) {
    case 'tool_call':
      return [...callSections(data), ...resultSections(result)];
    case 'tool_result':
    case 'error':
      return resultSections(event);
    case 'user_prompt':
      return section('Prompt', 'text', asString(data.prompt) ?? asString(data.text));
    case 'assistant_response':
      return section('Response', 'text', asString(data.text));
    case 'llm_request':
      return [...facts('Request', data), ...(result ? facts('Response', result.data) : [])];
    case 'session_start':
    case 'session_end':
    case 'llm_response':
    case 'file_read':
    case 'file_write':
    case 'decision':
      return facts('Data', data);
    default:
      return event.event_type satisfies never;
  }
}

const ALERT_TITLES: Readonly<Record<Alert['type'], string>> = { decision: 'Rule', outcome: 'Outcome', hold: 'Held' };

/** What the row of an alert opens to. */
export function alertSections(alert: Alert): readonly Section[] {
  const { type, session_id, ...rest } = alert;
  const text = type === 'decision' ? alert.message : alert.reason;
  return [...section(ALERT_TITLES[type], 'text', text), ...facts('Data', rest)];
}

/** The command or the change as such, and whatever else the call was given. */
function callSections(data: JsonRecord): readonly Section[] {
  const args = asRecord(data.arguments) ?? {};
  const operation = operationOf(asString(data.tool_name) ?? '', args);
  if (operation.kind === 'command') {
    const { command, cmd, ...rest } = args;
    return [...section('Command', 'command', operation.command), ...facts('Arguments', rest)];
  }
  const diff = [args, ...asArray(args.edits)].flatMap((edit) => diffOf(edit) ?? []).join('\n');
  if (diff !== '') {
    const { old_string, new_string, edits: _, ...rest } = args;
    return [...section('Change', 'diff', diff), ...facts('Arguments', rest)];
  }
  const { content, ...rest } = args;
  if (operation.kind !== 'write' || typeof content !== 'string') return facts('Arguments', args);
  return [...section('Content', 'text', content), ...facts('Arguments', rest)];
}

/** What was replaced by what, where the arguments say so. */
function diffOf(edit: unknown): string | undefined {
  const before = asString(asRecord(edit)?.old_string);
  const after = asString(asRecord(edit)?.new_string);
  if (before === undefined && after === undefined) return undefined;
  return [...marked('-', before), ...marked('+', after)].join('\n');
}

function marked(mark: string, text: string | undefined): readonly string[] {
  return text ? text.split('\n').map((line) => `${mark}${line}`) : [];
}

function resultSections(result: TraceEvent | undefined): readonly Section[] {
  if (!result) return [];
  const { data } = result;
  if (result.event_type === 'error') {
    const { error, message, text } = data;
    const said = asString(error) ?? asString(asRecord(error)?.message) ?? asString(message) ?? asString(text);
    return said === undefined ? facts('Error', data) : section('Error', 'text', said);
  }
  const text = asString(data.result);
  if (text === undefined) return facts('Result', data.result === undefined ? data : { result: data.result });
  const patched = asArray(data.patch).length > 0 && /^@@ /m.test(text);
  return section('Result', patched ? 'diff' : 'text', text);
}

function facts(title: string, data: JsonRecord): readonly Section[] {
  return Object.keys(data).length === 0 ? [] : section(title, 'json', JSON.stringify(data, null, 2));
}

function section(title: string, format: Format, text: string | undefined): readonly Section[] {
  if (!text) return [];
  const cut = cutText(text, SECTION_CHARACTERS);
  return [{ title, format, ...cut, text: sanitizeLines(cut.text) }];
}
