import { asArray, asCount, asNumber, asRecord, asString, type JsonRecord } from '../../json.ts';
import { sessionName, subagentSessionName } from '../../trace/session-name.ts';
import type { EventData, TraceEvent } from '../../trace/trace-event.ts';
import { EventMaker } from '../event-maker.ts';
import type { NativeFacts } from '../native-parser.ts';
import { diffRanges, lineCount } from '../patch-ranges.ts';

/** As this agent is named in events, `meta.json` and registrations. */
export const OPENCODE = 'opencode';

/** A session of OpenCode, or the part of it that is new, as `opencode export` writes it. */
export interface Conversation {
  /** `{id, parentID?, directory, title, version, cost, time: {created}}`; times are Unix milliseconds, costs USD. */
  readonly info: JsonRecord;
  /** `{info: {id, role, ...}, parts: [...]}`, oldest first. */
  readonly messages: readonly unknown[];
}

/** Undefined for what is no export of a session. */
export function conversationOf(value: unknown): Conversation | undefined {
  const record = asRecord(value);
  const info = asRecord(record?.info);
  return asString(info?.id) && info && Array.isArray(record?.messages)
    ? { info, messages: record.messages }
    : undefined;
}

export function conversationFacts({ info }: Conversation): NativeFacts {
  const parent = asString(info.parentID) || undefined;
  const id = asString(info.id) ?? '';
  return {
    sessionId: parent === undefined ? sessionName(id) : subagentSessionName(parent, id),
    agent: OPENCODE,
    workspace: asString(info.directory) || undefined,
    title: asString(info.title),
    parentSessionId: parent === undefined ? undefined : sessionName(parent),
    startedAt: seconds(asRecord(info.time)?.created),
    version: asString(info.version),
  };
}

/** The events of a conversation, in order. Ids are OpenCode's own: what comes again has the same. */
export function conversationEvents(conversation: Conversation): readonly TraceEvent[] {
  const facts = conversationFacts(conversation);
  const { info } = conversation;
  const session = facts.sessionId ?? '';
  const startedAt = facts.startedAt ?? 0;
  const start: TraceEvent = {
    event_type: 'session_start',
    timestamp: startedAt,
    event_id: `${session}.start`,
    session_id: session,
    data: {
      mode: 'opencode-session',
      agent: facts.parentSessionId === undefined ? OPENCODE : asString(info.agent) || OPENCODE,
      source: facts.parentSessionId === undefined ? 'session' : 'subagent',
      ...(facts.workspace ? { cwd: facts.workspace } : {}),
      ...(facts.version ? { version: facts.version } : {}),
      ...(facts.parentSessionId ? { agent_id: info.id, parent_session_id: facts.parentSessionId } : {}),
    },
  };
  const writer = new MessageWriter(session, startedAt);
  const events = [start, ...conversation.messages.flatMap((value, index) => writer.write(value, index))];
  const spent = asNumber(info.cost);
  const last = events.findLastIndex(({ event_type }) => event_type === 'llm_response');
  const newest = events[last];
  // What OpenCode itself says of the whole session, with its newest request.
  if (newest && spent !== undefined) events[last] = { ...newest, data: { ...newest.data, reported_usd: spent } };
  return events;
}

class MessageWriter extends EventMaker {
  constructor(session: string, startedAt: number) {
    super(startedAt);
    this.session = session;
  }

  write(value: unknown, index: number): readonly TraceEvent[] {
    const message = asRecord(value);
    const info = asRecord(message?.info);
    if (!info) return [];
    const id = asString(info.id) || `${this.session}@${index}`;
    this.time = seconds(asRecord(info.time)?.created) ?? this.time;
    const parts = asArray(message?.parts).map((part) => asRecord(part) ?? {});
    if (info.role === 'user') return this.prompt(id, parts);
    return info.role === 'assistant' ? this.answer(id, info, parts) : [];
  }

  private prompt(id: string, parts: readonly JsonRecord[]): readonly TraceEvent[] {
    // What is put there for the model, contents of files for instance, is marked.
    const own = parts.filter((part) => part.type === 'text' && part.synthetic !== true);
    const prompt = own.map((part) => asString(part.text) ?? '').join('\n');
    return prompt.trim() === '' ? [] : [this.event('user_prompt', id, { prompt })];
  }

  private answer(id: string, info: JsonRecord, parts: readonly JsonRecord[]): readonly TraceEvent[] {
    const model = asString(info.modelID) ?? 'unknown';
    const events = parts.flatMap((part, index) => this.part(part, asString(part.id) || `${id}.${index}`, model));
    const isCounted = parts.some((part) => part.type === 'step-finish');
    const isDone = asNumber(asRecord(info.time)?.completed) !== undefined;
    // Of each step its own counts hold; a message has those of the newest one.
    if (!isCounted && isDone) events.push(...this.request(`llm-${id}`, model, asRecord(info.tokens), id));
    const failure = asRecord(info.error);
    if (failure) {
      const error = asString(asRecord(failure.data)?.message) ?? asString(failure.name) ?? 'the request failed';
      events.push(this.event('error', `${id}.error`, { error }));
    }
    return events;
  }

  private part(part: JsonRecord, id: string, model: string): readonly TraceEvent[] {
    const time = asRecord(part.time);
    this.time = seconds(time?.start) ?? this.time;
    switch (part.type) {
      case 'text': {
        const text = asString(part.text) ?? '';
        // A text that is still being written has no end.
        const isWhole = time === undefined || asNumber(time.end) !== undefined;
        return text.trim() === '' || !isWhole ? [] : [this.event('assistant_response', id, { text })];
      }
      case 'step-finish':
        return this.request(`llm-${id}`, model, asRecord(part.tokens), id);
      case 'compaction':
        return [this.event('decision', id, { hook_event_name: 'PostCompact', choice: 'compaction done' })];
      case 'tool':
        return this.tool(part, id);
      default:
        return [];
    }
  }

  /** Counts are disjoint already, but for the reasoning, which is output too. */
  private request(
    eventId: string,
    model: string,
    tokens: JsonRecord | undefined,
    messageId: string,
  ): readonly TraceEvent[] {
    const cache = asRecord(tokens?.cache);
    const reasoning = asCount(tokens?.reasoning);
    const usage = {
      input: asCount(tokens?.input),
      output: asCount(tokens?.output) + reasoning,
      cache_read: asCount(cache?.read),
      cache_write_5m: asCount(cache?.write),
      cache_write_1h: 0,
      ...(reasoning > 0 ? { reasoning } : {}),
    };
    if (usage.input + usage.output + usage.cache_read + usage.cache_write_5m === 0) return [];
    return [this.event('llm_response', eventId, { model, usage, message_id: messageId })];
  }

  private tool(part: JsonRecord, fallback: string): readonly TraceEvent[] {
    const state = asRecord(part.state);
    // Before it runs its arguments are not whole.
    if (!state || state.status === 'pending') return [];
    const id = asString(part.callID) || fallback;
    const name = asString(part.tool) ?? 'unknown';
    const tool = { tool_name: name, tool_use_id: id };
    const startedAt = seconds(asRecord(state.time)?.start) ?? this.time;
    const endedAt = seconds(asRecord(state.time)?.end);
    this.time = startedAt;
    const input = asRecord(state.input) ?? {};
    const call = this.event('tool_call', id, { ...tool, arguments: input });
    if (state.status !== 'completed' && state.status !== 'error') return [call];
    this.time = endedAt ?? startedAt;
    const links = { parent_id: id, ...(endedAt === undefined ? {} : { duration_ms: (endedAt - startedAt) * 1000 }) };
    const metadata = asRecord(state.metadata);
    const exitCode = asNumber(metadata?.exit);
    const code = exitCode === undefined ? {} : { exit_code: exitCode };
    const isFailed = state.status === 'error' || (exitCode !== undefined && exitCode !== 0);
    const output = asString(state.output) ?? '';
    if (isFailed) {
      const error = asString(state.error) || output || 'the call failed';
      return [call, this.event('error', `${id}.result`, { ...tool, error, ...code }, links)];
    }
    const data = { ...tool, result: output, ...code, ...fileFacts(name, input, metadata ?? {}) };
    return [call, this.event('tool_result', `${id}.result`, data, links)];
  }
}

/** Which lines of which file a call has read or written, and the subagent that it started. */
function fileFacts(tool: string, input: JsonRecord, metadata: JsonRecord): EventData {
  const path = asString(input.filePath);
  const diff = asString(metadata.diff);
  const display = asRecord(metadata.display);
  const [first, last] = [asNumber(display?.lineStart), asNumber(display?.lineEnd)];
  const content = tool === 'write' ? asString(input.content) : undefined;
  const agentId = asString(metadata.sessionId) ?? asString(metadata.sessionID);
  return {
    ...(path ? { file_path: path } : {}),
    ...(diff ? { patch: diffRanges(diff) } : {}),
    ...(content === undefined || diff ? {} : { patch: [{ start: 1, lines: lineCount(content) }] }),
    ...(first === undefined || last === undefined ? {} : { read: { start_line: first, num_lines: last - first + 1 } }),
    ...(tool === 'task' && agentId ? { agent_id: agentId } : {}),
  };
}

function seconds(value: unknown): number | undefined {
  const milliseconds = asNumber(value);
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}
