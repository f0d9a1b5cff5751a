import { contextTokens, decodeUsage } from '../cost/usage.ts';
import { asArray, asNumber, asRecord, asString, type JsonRecord } from '../json.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { callTarget, shownPath } from './call-target.ts';
import { excerpt } from './excerpt.ts';
import { formatCount, formatDuration } from './quantity.ts';
import { shortSessionId } from './short-session-id.ts';
import type { StreamKind, StreamLine, Tone } from './stream-line.ts';

/**
 * Undefined for events that tell people nothing: requests before their answer, empty answers, file events of a call that
 * has its own line. `sessionId` is the session whose trace holds the event; the id that the event claims is not believed.
 * Paths within `workspace` are shown relative to it.
 */
export function describeEvent(event: TraceEvent, sessionId: string, workspace?: string): StreamLine | undefined {
  const line = (kind: StreamKind, tone: Tone, ...parts: readonly (string | undefined)[]): StreamLine | undefined => {
    const text = parts.filter((part) => part).join(' ');
    return text === '' ? undefined : { time: event.timestamp, session: shortSessionId(sessionId), kind, text, tone };
  };
  const { data } = event;
  switch (event.event_type) {
    case 'session_start':
      return line('session', 'strong', 'started:', startText(data));
    case 'session_end':
      return line('session', 'strong', endText(data));
    case 'user_prompt':
      return line('prompt', 'strong', text(data.prompt) ?? text(data.text));
    case 'assistant_response':
      return line('response', 'plain', text(data.text));
    case 'tool_call':
      return line('call', 'plain', toolName(data) ?? 'call', callTarget(data, workspace));
    case 'tool_result': {
      const failed = (asNumber(data.exit_code) ?? 0) !== 0;
      const denied = data.denied === true;
      const status = denied ? 'denied' : failed ? `exit code ${data.exit_code}` : undefined;
      const given = resultText(data, workspace) ?? (failed ? undefined : 'done');
      return line('result', failed || denied ? 'bad' : 'quiet', toolName(data), duration(event), status, given);
    }
    case 'error':
      return line(
        'error',
        'bad',
        toolName(data),
        duration(event),
        errorText(data.error) ?? text(data.message) ?? 'failed',
      );
    case 'llm_response':
      return line('request', 'quiet', requestText(data));
    case 'llm_request':
      return undefined;
    case 'file_read':
    case 'file_write': {
      const path = asString(data.file_path) ?? asString(data.path);
      if (!path || event.parent_id) return undefined;
      return line('file', 'plain', event.event_type === 'file_read' ? 'read' : 'wrote', shownPath(path, workspace));
    }
    case 'decision': {
      const waitingFor = text(data.waiting_for);
      if (waitingFor) return line('note', 'warning', 'waits for its user:', waitingFor);
      return line('note', 'quiet', text(data.choice) ?? text(data.decision), text(data.reason));
    }
    default:
      return event.event_type satisfies never;
  }
}

/** Strings that are not blank. */
function text(value: unknown): string | undefined {
  return excerpt(asString(value) ?? '') || undefined;
}

function startText(data: JsonRecord): string {
  const facts = [data.agent ?? data.agent_name, data.model, data.cwd];
  return facts.flatMap((fact) => text(fact) ?? []).join(', ') || 'session';
}

function endText(data: JsonRecord): string {
  const code = asNumber(data.exit_code);
  const cause = text(data.signal) ?? (code === undefined ? text(data.reason) : `exit code ${code}`);
  return cause === undefined ? 'ended' : `ended: ${cause}`;
}

function toolName(data: JsonRecord): string | undefined {
  return text(data.tool_name);
}

function duration(event: TraceEvent): string | undefined {
  return event.duration_ms === undefined ? undefined : formatDuration(event.duration_ms);
}

/** Where a call wrote, or the first line of what it gave. */
function resultText(data: JsonRecord, workspace: string | undefined): string | undefined {
  const path = asString(data.file_path);
  const hunks = asArray(data.patch).flatMap((hunk) => asNumber(asRecord(hunk)?.start) ?? []);
  if (path && hunks.length > 0) return `${shownPath(path, workspace)}:${hunks.join(',')}`;
  return path ? shownPath(path, workspace) : text(data.result);
}

function errorText(error: unknown): string | undefined {
  return text(error) ?? text(asRecord(error)?.message);
}

function requestText(data: JsonRecord): string | undefined {
  const usage = decodeUsage(data.usage);
  if (!usage) return text(data.text);
  const tokens = `${formatCount(contextTokens(usage))} tokens in, ${formatCount(usage.output)} out`;
  return [text(data.model), tokens].filter((part) => part).join(' ');
}
