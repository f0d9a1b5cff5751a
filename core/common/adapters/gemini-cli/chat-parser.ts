import { asArray, asCount, asRecord, asString, type JsonRecord, parseJson } from '../../json.ts';
import { sessionName, subagentSessionName } from '../../trace/session-name.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { EventMaker } from '../event-maker.ts';
import type { NativeFacts, NativeParser } from '../native-parser.ts';
import { callFacts, isFinished, partsText, promptText } from './tool-call.ts';

/** As this agent is named in events, `meta.json` and registrations. */
export const GEMINI_CLI = 'gemini-cli';

export interface ChatOptions {
  /** What the session is called when the file does not tell. */
  readonly fallbackId: string;
  /** Unix seconds, for records before the first that carries a time. */
  readonly fallbackTime: number;
  /** The agent's own id of the session that started this one. */
  readonly parent?: string | undefined;
  /** Directory the agent works in, asked until it is known: chats do not tell. */
  readonly workspace: () => string | undefined;
}

/**
 * Reads a chat of Gemini CLI: lines (`.jsonl`, since April 2026) or one document (`.json`), given to `accept` as the
 * records it is made of. A message comes again whenever it has changed, the last one holds; what a request has used is
 * billed whatever becomes of its message, so nothing is taken back when the history is rewound or replaced.
 */
export class ChatParser extends EventMaker implements NativeParser {
  private readonly options: ChatOptions;
  /** What was told of each message, by kind. */
  private readonly told = new Set<string>();
  private readonly output = new Map<string, number>();
  private messages = new Set<string>();
  private startedAt: number | undefined;
  private workspace: string | undefined;

  constructor(options: ChatOptions) {
    super(options.fallbackTime);
    this.options = options;
  }

  get facts(): NativeFacts {
    const { parent, workspace } = this.options;
    this.workspace ??= workspace();
    return {
      sessionId: this.session,
      agent: GEMINI_CLI,
      workspace: this.workspace,
      parentSessionId: parent === undefined ? undefined : sessionName(parent),
      startedAt: this.startedAt,
    };
  }

  push(line: string, offset: number): readonly TraceEvent[] | undefined {
    const record = asRecord(parseJson(line));
    return record && this.accept(record, String(offset));
  }

  /** `place`: where the record stands, for ids of messages that have none. */
  accept(record: JsonRecord, place: string): readonly TraceEvent[] {
    const start = this.session === undefined ? [this.begin(record)] : [];
    const changes = asRecord(record.$set);
    if (changes) return [...start, ...this.change(changes, place)];
    const rewound = asString(record.$rewindTo);
    if (rewound !== undefined) {
      const data = { hook_event_name: 'Rewind', choice: 'the conversation was rewound' };
      return [...start, this.event('decision', `rewind-${rewound}-${place}`, data)];
    }
    return record.type === undefined ? start : [...start, ...this.message(record, place)];
  }

  private begin(record: JsonRecord): TraceEvent {
    const { fallbackId, parent } = this.options;
    const id = asString(record.sessionId) || fallbackId;
    this.session = parent === undefined ? sessionName(id) : subagentSessionName(parent, id);
    this.time = timeOf(record.startTime) ?? this.time;
    this.startedAt = this.time;
    this.workspace ??= asString(asArray(record.directories)[0]) ?? this.options.workspace();
    return this.event('session_start', `${this.session}.start`, {
      mode: 'gemini-cli-chat',
      agent: GEMINI_CLI,
      source: parent === undefined ? 'chat' : 'subagent',
      ...(this.workspace ? { cwd: this.workspace } : {}),
      ...(parent === undefined ? {} : { agent_id: id, parent_session_id: sessionName(parent) }),
    });
  }

  /** A patch of the chat itself. With messages in it, it replaces all there are. */
  private change(changes: JsonRecord, place: string): readonly TraceEvent[] {
    this.workspace ??= asString(asArray(changes.directories)[0]);
    if (!Array.isArray(changes.messages)) return [];
    const before = this.messages;
    this.messages = new Set();
    const events = asArray(changes.messages).flatMap((value, index) => {
      const message = asRecord(value);
      return message ? this.message(message, `${place}.${index}`) : [];
    });
    if ([...before].every((id) => this.messages.has(id))) return events;
    const data = { hook_event_name: 'HistoryReplaced', choice: 'the history was shortened' };
    return [...events, this.event('decision', `history-${place}`, data)];
  }

  private message(message: JsonRecord, place: string): readonly TraceEvent[] {
    const id = asString(message.id) || `${this.session}@${place}`;
    this.messages.add(id);
    this.time = timeOf(message.timestamp) ?? this.time;
    switch (message.type) {
      case 'user': {
        const prompt = promptText(message.content);
        return prompt === '' || !this.isNew(`${id} prompt`) ? [] : [this.event('user_prompt', id, { prompt })];
      }
      case 'error': {
        const error = partsText(message.content) || 'the request failed';
        return this.isNew(`${id} error`) ? [this.event('error', id, { error })] : [];
      }
      case 'gemini':
        return [...this.said(message, id), ...this.requested(message, id), ...this.called(message, id)];
      default:
        return [];
    }
  }

  private said(message: JsonRecord, id: string): readonly TraceEvent[] {
    const text = partsText(message.content);
    return text.trim() === '' || !this.isNew(`${id} text`)
      ? []
      : [this.event('assistant_response', `${id}.text`, { text })];
  }

  /** Counts are inclusive of what was cached, and exclusive of thoughts. */
  private requested(message: JsonRecord, id: string): readonly TraceEvent[] {
    const tokens = asRecord(message.tokens);
    if (!tokens) return [];
    const [input, cached] = [asCount(tokens.input), asCount(tokens.cached)];
    const [reasoning, tool] = [asCount(tokens.thoughts), asCount(tokens.tool)];
    const output = asCount(tokens.output) + reasoning;
    if (input + tool + output === 0 || (this.output.get(id) ?? -1) >= output) return [];
    this.output.set(id, output);
    const read = Math.min(cached, input);
    const usage = { input: input - read + tool, output, cache_read: read, cache_write_5m: 0, cache_write_1h: 0 };
    const data = {
      model: asString(message.model) ?? 'unknown',
      usage: reasoning > 0 ? { ...usage, reasoning } : usage,
      message_id: id,
    };
    return [this.event('llm_response', `llm-${id}`, data)];
  }

  /** Calls are told with their results, when they are over. Hooks have no ids of calls, so these are nobody else's. */
  private called(message: JsonRecord, id: string): readonly TraceEvent[] {
    return asArray(message.toolCalls).flatMap((value, index) => {
      const call = asRecord(value);
      if (!call) return [];
      const callId = `${asString(call.id) || `${id}.${index}`}.call`;
      const name = asString(call.name) ?? 'unknown';
      const args = asRecord(call.args) ?? {};
      const events: TraceEvent[] = [];
      if (this.isNew(callId)) events.push(this.event('tool_call', callId, { tool_name: name, arguments: args }));
      if (!isFinished(call) || !this.isNew(`${callId} done`)) return events;
      const { isFailed, data } = callFacts(call, args);
      const links = { parent_id: callId, timestamp: timeOf(call.timestamp) ?? this.time };
      const type = isFailed ? 'error' : 'tool_result';
      events.push(this.event(type, `${callId}.end`, { tool_name: name, ...data }, links));
      return events;
    });
  }

  private isNew(key: string): boolean {
    if (this.told.has(key)) return false;
    this.told.add(key);
    return true;
  }
}

/** Unix seconds. */
function timeOf(value: unknown): number | undefined {
  const time = Date.parse(asString(value) ?? '');
  return Number.isNaN(time) ? undefined : time / 1000;
}
