import { asArray, asNumber, asRecord, asString, type JsonRecord, parseJson, recordsIn } from '../../json.ts';
import { sessionName, subagentSessionName } from '../../trace/session-name.ts';
import type { EventData, TraceEvent } from '../../trace/trace-event.ts';
import { EventMaker } from '../event-maker.ts';
import type { NativeFacts, NativeParser } from '../native-parser.ts';
import { CLAUDE_CODE } from './hook-events.ts';
import { isIdleProgress } from './idle-progress.ts';
import { toolOutcome } from './tool-response.ts';
import { costDecision, systemDecision } from './transcript-decisions.ts';
import { promptOf } from './transcript-prompt.ts';
import { titleOf } from './transcript-title.ts';
import { recordTime, requestEvent, requestsOfAnswer } from './transcript-usage.ts';

export interface TranscriptOptions {
  /** The agent's own id of the session, where the path tells it; else the records do. For a subagent: its root's. */
  readonly sessionId?: string | undefined;
  /** Set for the transcript of a subagent. */
  readonly subagent?: { readonly id: string; readonly type: string } | undefined;
  /** Unix seconds, for records before the first that carries a time. */
  readonly fallbackTime: number;
  /** What the session is called when neither path nor records tell. */
  readonly fallbackId: string;
  /**
   * Whether another, earlier transcript holds the record of this `uuid` or the answer of this message id: a session that
   * was resumed or forked begins with a copy of the other's. It counts there.
   */
  readonly isReplay?: ((id: string) => boolean) | undefined;
  /** Whether a subagent has a transcript of its own; where it has none, what is said of its progress counts. */
  readonly hasTranscript?: ((agentId: string) => boolean) | undefined;
}

/** What is kept of a call until its result comes. */
interface OpenCall {
  readonly name: string;
  /** Of the file it is about, for results that do not name it. */
  readonly input: JsonRecord | undefined;
}

/**
 * Reads a Claude Code transcript, of a session or of a subagent. Types of records that are not known are passed over; a
 * record may lack any field. Order is that of the file: times are not in order in most of them.
 */
export class TranscriptParser extends EventMaker implements NativeParser {
  private readonly options: TranscriptOptions;
  private readonly calls = new Map<string, OpenCall>();
  /** Output tokens told of each request: a later record tells something new only when it has more. */
  private readonly output = new Map<string, number>();
  private readonly progressing = new Set<string>();
  private started: number | undefined;
  private cwd: string | undefined;
  private title: string | undefined;
  private version: string | undefined;
  private parent: string | undefined;
  /** USD. */
  private reported: number | undefined;

  constructor(options: TranscriptOptions) {
    super(options.fallbackTime);
    this.options = options;
    if (options.sessionId !== undefined) this.name(options.sessionId);
  }

  get facts(): NativeFacts {
    return {
      sessionId: this.session,
      agent: CLAUDE_CODE,
      workspace: this.cwd,
      title: this.title,
      parentSessionId: this.parent,
      startedAt: this.started,
      version: this.version,
    };
  }

  push(line: string, offset: number): readonly TraceEvent[] | undefined {
    if (this.session !== undefined && this.started !== undefined && isIdleProgress(line)) return [];
    const record = asRecord(parseJson(line));
    if (!record) return undefined;
    if (this.session === undefined) this.name(asString(record.sessionId) || this.options.fallbackId);
    this.title = titleOf(record) ?? this.title;
    // Of a copy nothing is told but whose beginning it is: what it says belongs to another session.
    if (this.isReplay(record)) return [];
    const time = recordTime(record);
    this.time = time ?? this.time;
    this.version ??= asString(record.version);
    this.cwd ??= asString(record.cwd) || undefined;
    const events = this.eventsOf(record, asString(record.uuid) || `${this.session}@${offset}`);
    if (this.started !== undefined || (events.length === 0 && time === undefined)) return events;
    this.started = this.time;
    return [this.start(), ...events];
  }

  private eventsOf(record: JsonRecord, id: string): readonly TraceEvent[] {
    const message = asRecord(record.message);
    // A record without a type is told by who speaks in it.
    switch (asString(record.type) ?? asString(message?.role)) {
      case 'user':
        return this.userEvents(record, message, id);
      case 'assistant':
        return this.answerEvents(record, message, id);
      case 'system':
        return this.decisionEvents(systemDecision(record), id);
      case 'cost-state':
        return this.costEvents(record, id);
      case 'progress':
        return this.progressEvents(record, id);
      default:
        return [];
    }
  }

  private userEvents(record: JsonRecord, message: JsonRecord | undefined, id: string): readonly TraceEvent[] {
    const blocks = recordsIn(message?.content);
    const results = blocks.filter((block) => block.type === 'tool_result');
    // The structured copy belongs to one result; with several on a record nobody can tell to which.
    if (results.length > 0) {
      const response = results.length === 1 ? record.toolUseResult : undefined;
      return results.map((block, index) => this.resultEvent(block, response, `${id}.${index}`));
    }
    const prompt = promptOf(record, message?.content, this.options.subagent !== undefined);
    if (prompt === undefined) return [];
    const promptId = asString(record.promptId);
    const source = asString(record.promptSource);
    const data = { prompt, ...(source ? { source } : {}) };
    return [this.event('user_prompt', promptId ? `${promptId}.prompt` : id, data)];
  }

  private resultEvent(block: JsonRecord, response: unknown, id: string): TraceEvent {
    const callId = asString(block.tool_use_id);
    const call = callId === undefined ? undefined : this.calls.get(callId);
    if (callId !== undefined) this.calls.delete(callId);
    const tool = { tool_name: call?.name ?? 'unknown', ...(callId ? { tool_use_id: callId } : {}) };
    const text = toolOutcome(block.content, undefined).result;
    const links = callId ? { parent_id: callId } : {};
    const eventId = callId ? `${callId}.result` : id;
    if (block.is_error === true) {
      const exitCode = /^Exit code (\d{1,3})\b/.exec(text)?.[1];
      const data = {
        ...tool,
        error: text || 'the call failed',
        ...(/^\[Request interrupted by user|^The user doesn't want to/.test(text) ? { interrupted: true } : {}),
        ...(exitCode === undefined ? {} : { exit_code: Number(exitCode) }),
      };
      return this.event('error', eventId, data, links);
    }
    const structured = asRecord(response);
    const { result, ...facts } = toolOutcome(structured ?? block.content, call?.input);
    return this.event('tool_result', eventId, { ...tool, result: result || text, ...facts }, links);
  }

  private answerEvents(record: JsonRecord, message: JsonRecord | undefined, id: string): readonly TraceEvent[] {
    if (record.isApiErrorMessage === true) {
      const text = toolOutcome(message?.content, undefined).result;
      return [this.event('error', id, { error: text || 'the request failed' })];
    }
    const events: TraceEvent[] = [];
    for (const request of requestsOfAnswer(record, this.time)) {
      if ((this.output.get(request.id) ?? -1) >= request.usage.output) continue;
      this.output.set(request.id, request.usage.output);
      events.push(requestEvent(request, this.session ?? '', this.time));
    }
    // What the program says itself, when it was interrupted for instance, is no answer.
    if (message?.model === '<synthetic>') return events;
    for (const [index, value] of asArray(message?.content).entries()) {
      const block = asRecord(value);
      const text = asString(block?.text);
      if (block?.type === 'text' && text?.trim()) {
        events.push(this.event('assistant_response', index === 0 ? id : `${id}.${index}`, { text }));
      } else if (block?.type === 'tool_use') events.push(this.callEvent(block, `${id}.${index}`));
    }
    return events;
  }

  private callEvent(block: JsonRecord, id: string): TraceEvent {
    const name = asString(block.name) ?? 'unknown';
    const callId = asString(block.id);
    const input = asRecord(block.input);
    if (callId) this.calls.set(callId, { name, input: input && pathOnly(input) });
    const args = input ?? (block.input === undefined || block.input === null ? {} : { input: block.input });
    const data = { tool_name: name, ...(callId ? { tool_use_id: callId } : {}), arguments: args };
    return this.event('tool_call', callId ?? id, data);
  }

  /** Told when it has changed. */
  private costEvents(record: JsonRecord, id: string): readonly TraceEvent[] {
    const usd = asNumber(record.totalCostUSD);
    if (usd === undefined || usd < 0 || usd === this.reported) return [];
    this.reported = usd;
    return this.decisionEvents(costDecision(usd, record.hasUnknownModelCost === true), id);
  }

  private decisionEvents(data: EventData | undefined, id: string): readonly TraceEvent[] {
    return data ? [this.event('decision', id, data)] : [];
  }

  /**
   * What the main transcript of 2.1.12 to 2.1.42 says of a subagent while it works. Its own transcript says the same at
   * greater length; only where there is none this counts, in a session of the subagent's own.
   */
  private progressEvents(record: JsonRecord, id: string): readonly TraceEvent[] {
    const data = asRecord(record.data);
    const inner = asRecord(data?.message);
    const agentId = asString(data?.agentId);
    const root = this.options.sessionId ?? asString(record.sessionId) ?? this.options.fallbackId;
    if (data?.type !== 'agent_progress' || !inner || !agentId || this.options.hasTranscript?.(agentId)) return [];
    const outer = this.session;
    this.session = subagentSessionName(root, agentId);
    try {
      const isNew = !this.progressing.has(agentId);
      this.progressing.add(agentId);
      const events = this.eventsOf(inner, asString(inner.uuid) || id);
      return isNew ? [this.start({ id: agentId, type: '' }), ...events] : events;
    } finally {
      this.session = outer;
    }
  }

  private isReplay({ uuid, message }: JsonRecord): boolean {
    const { isReplay } = this.options;
    if (!isReplay) return false;
    const messageId = asString(asRecord(message)?.id);
    return (typeof uuid === 'string' && isReplay(uuid)) || (messageId !== undefined && isReplay(messageId));
  }

  private name(id: string): void {
    const { subagent } = this.options;
    this.session = subagent ? subagentSessionName(id, subagent.id) : sessionName(id);
    if (subagent) this.parent = sessionName(id);
  }

  private start(subagent = this.options.subagent): TraceEvent {
    const root = this.parent ?? sessionName(this.options.sessionId ?? this.options.fallbackId);
    return this.event('session_start', `${this.session}.start`, {
      mode: 'claude-code-transcript',
      agent: subagent?.type || CLAUDE_CODE,
      source: subagent ? 'subagent' : 'transcript',
      ...(this.cwd ? { cwd: this.cwd } : {}),
      ...(this.version ? { version: this.version } : {}),
      ...(subagent ? { agent_id: subagent.id, parent_session_id: root } : {}),
    });
  }
}

/** Arguments can be whole files; of a call that waits for its result only the path is kept. */
function pathOnly({ file_path, notebook_path }: JsonRecord): JsonRecord {
  return { file_path, notebook_path };
}
