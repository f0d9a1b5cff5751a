import { asRecord, asString, type JsonRecord, parseJson } from '../../json.ts';
import { sessionName, subagentSessionName } from '../../trace/session-name.ts';
import type { TraceEvent } from '../../trace/trace-event.ts';
import { EventMaker } from '../event-maker.ts';
import type { NativeFacts, NativeParser } from '../native-parser.ts';
import { callEnd } from './call-end.ts';
import { CallTracker } from './call-tracker.ts';
import { ReplayFilter, type ThreadPast } from './replay-filter.ts';
import { blocksText } from './shell-output.ts';
import { TokenMeter, type TokenTotals, tokenTotals, totalsOfRecord } from './token-meter.ts';

/** As this agent is named in events, `meta.json` and registrations. */
export const CODEX = 'codex';

export interface RolloutOptions {
  /** Id of the thread where the file does not tell. */
  readonly fallbackId: string;
  /** Unix seconds, for records before the first that carries a time. */
  readonly fallbackTime: number;
  /** What is known of the thread that this one began as a copy of; undefined when it cannot be found. */
  readonly past?: ((parentId: string, ownId: string) => ThreadPast | undefined) | undefined;
  /** Id of the thread that the user started, for a thread that `parentId` has started. */
  readonly rootOf?: ((parentId: string) => string) | undefined;
}

/** Texts of one turn that are remembered, to know them again when they are told a second time. */
const MOST_SAID = 500;

/**
 * Reads a Codex rollout. Much stands in it twice, once as the model sees it (`response_item`) and once as the terminal
 * shows it (`event_msg`): what has an id is told by it, texts are told once a turn. Facts: docs/agents.md.
 */
export class RolloutParser extends EventMaker implements NativeParser {
  private readonly options: RolloutOptions;
  private readonly meter = new TokenMeter();
  private readonly calls = new CallTracker((type, id, data, more) => this.event(type, id, data, more));
  private readonly said = new Set<string>();
  private replay: ReplayFilter | undefined;
  private threadId: string | undefined;
  private parent: string | undefined;
  private agentPath: string | undefined;
  private cwd: string | undefined;
  private version: string | undefined;
  private model: string | undefined;
  private turn = '';
  private prompts = 0;
  private isCopy = false;
  private compacted = false;
  private startedAt: number | undefined;

  constructor(options: RolloutOptions) {
    super(options.fallbackTime);
    this.options = options;
  }

  get facts(): NativeFacts {
    const { session, cwd, parent, startedAt, version } = this;
    return { sessionId: session, agent: CODEX, workspace: cwd, parentSessionId: parent, startedAt, version };
  }

  push(line: string, offset: number): readonly TraceEvent[] | undefined {
    const record = asRecord(parseJson(line));
    if (!record) return undefined;
    const at = Date.parse(asString(record.timestamp) ?? '');
    const milliseconds = Number.isNaN(at) ? undefined : at;
    if (milliseconds !== undefined) this.time = milliseconds / 1000;
    const type = asString(record.type) ?? '';
    const payload = asRecord(record.payload) ?? {};
    if (this.replay === undefined)
      return this.begin(type === 'session_meta' ? payload : {}, milliseconds, type, payload, offset);
    if (this.replay.isCopy(type, payload, milliseconds)) {
      const totals = totalsOfRecord(payload);
      if (totals) this.meter.inherit(totals);
      if (type === 'turn_context') this.model = asString(payload.model) ?? this.model;
      return [];
    }
    return this.eventsOf(type, payload, offset);
  }

  /** The first record, which says whose rollout it is; where it does not, the file's name has to do. */
  private begin(
    meta: JsonRecord,
    milliseconds: number | undefined,
    type: string,
    payload: JsonRecord,
    offset: number,
  ): readonly TraceEvent[] {
    const id = asString(meta.id) || this.options.fallbackId;
    const spawn = asRecord(asRecord(asRecord(meta.source)?.subagent)?.thread_spawn);
    const starter = asString(meta.parent_thread_id) ?? asString(spawn?.parent_thread_id);
    const copied = asString(meta.forked_from_id) ?? starter;
    // Since 0.169 a fork refers to what it goes on from instead of copying it.
    this.isCopy = copied !== undefined;
    this.threadId = id;
    this.cwd = asString(meta.cwd) || undefined;
    this.version = asString(meta.cli_version);
    this.agentPath = asString(meta.agent_path) ?? asString(spawn?.agent_path);
    this.startedAt = this.time;
    if (starter) {
      const root = asString(meta.session_id) ?? this.options.rootOf?.(starter) ?? starter;
      this.session = subagentSessionName(root, id);
      this.parent = starter === root ? sessionName(root) : subagentSessionName(root, starter);
    } else this.session = sessionName(id);
    const past = copied === undefined ? undefined : this.options.past?.(copied, id);
    this.replay = new ReplayFilter(id, milliseconds ?? 0, past);
    const role = asString(meta.agent_role) ?? asString(spawn?.agent_role);
    const start = this.event('session_start', `${this.session}.start`, {
      mode: 'codex-rollout',
      agent: starter ? role || this.agentPath || CODEX : CODEX,
      source: starter ? 'subagent' : meta.forked_from_id ? 'fork' : 'rollout',
      ...(this.cwd ? { cwd: this.cwd } : {}),
      ...(this.version ? { version: this.version } : {}),
      ...(starter ? { agent_id: id, parent_session_id: this.parent } : {}),
    });
    return type === 'session_meta' ? [start] : [start, ...this.eventsOf(type, payload, offset)];
  }

  private eventsOf(type: string, payload: JsonRecord, offset: number): readonly TraceEvent[] {
    switch (type) {
      case 'turn_context':
        return this.turnContext(payload, offset);
      case 'token_usage_record':
        return this.usageRecord(payload, offset);
      case 'response_item':
        return this.responseItem(payload, offset);
      case 'event_msg':
        return this.message(payload, offset);
      case 'compacted':
        this.compacted = true;
        return [this.compaction(offset)];
      default:
        return [];
    }
  }

  private turnContext(payload: JsonRecord, offset: number): readonly TraceEvent[] {
    this.cwd ??= asString(payload.cwd) || undefined;
    const before = this.model;
    this.model = asString(payload.model) || before;
    if (this.model === undefined || before === undefined || this.model === before) return [];
    const choice = `model ${before} -> ${this.model}`;
    return [this.event('decision', this.at(offset), { hook_event_name: 'ModelSwitch', choice, model: this.model })];
  }

  /** One for each request, since 0.15x; the totals that are told later add nothing to it. */
  private usageRecord(payload: JsonRecord, offset: number): readonly TraceEvent[] {
    if ((asString(payload.thread_id) ?? this.threadId) !== this.threadId) return [];
    const last = tokenTotals(payload.usage);
    const total = tokenTotals(payload.thread_token_usage);
    return total ? this.usage(total, last, offset, asString(payload.response_id)) : [];
  }

  /** Servers of models give their answers ids that need not differ: the place in the file does. */
  private usage(
    total: TokenTotals,
    last: TokenTotals | undefined,
    offset: number,
    responseId = this.at(offset),
  ): readonly TraceEvent[] {
    const usage = this.meter.grow(total, last, this.isCopy);
    if (!usage) return [];
    const data = { model: this.model ?? 'unknown', usage, message_id: responseId };
    return [this.event('llm_response', `llm-${this.at(offset)}`, data)];
  }

  private responseItem(payload: JsonRecord, offset: number): readonly TraceEvent[] {
    switch (payload.type) {
      case 'message':
        return payload.role === 'assistant' ? this.say(blocksText(payload.content), offset) : [];
      case 'agent_message':
        // What one agent writes to another: for its receiver it is the prompt.
        if (this.agentPath === undefined || payload.recipient !== this.agentPath) return [];
        return this.prompt(blocksText(payload.content), offset);
      default:
        return this.calls.item(payload, this.at(offset), this.time);
    }
  }

  private message(payload: JsonRecord, offset: number): readonly TraceEvent[] {
    const end = callEnd(payload);
    if (end) return this.calls.end(end, this.time);
    const item = payload.type === 'item_completed' ? asRecord(payload.item) : undefined;
    switch (asString(item?.type) ?? payload.type) {
      case 'task_started':
        this.turn = asString(payload.turn_id) ?? '';
        this.said.clear();
        this.prompts = 0;
        return [];
      case 'user_message':
        return this.prompt(asString(payload.message) ?? '', offset);
      case 'UserMessage':
        return this.prompt(blocksText(item?.content), offset);
      case 'agent_message':
        return this.say(asString(payload.message) ?? '', offset);
      case 'AgentMessage':
        return this.say(blocksText(item?.content), offset);
      case 'token_count': {
        const info = asRecord(payload.info);
        const total = totalsOfRecord(payload);
        this.model ??= asString(info?.model);
        return total ? this.usage(total, tokenTotals(info?.last_token_usage), offset) : [];
      }
      case 'turn_aborted': {
        const reason = asString(payload.reason) ?? 'unknown';
        const data = { hook_event_name: 'TurnAborted', choice: `turn aborted: ${reason}` };
        return [...this.calls.abort(reason), this.event('decision', this.at(offset), data)];
      }
      case 'context_compacted': {
        const isTold = this.compacted;
        this.compacted = false;
        return isTold ? [] : [this.compaction(offset)];
      }
      case 'error':
      case 'stream_error':
        return [this.event('error', this.at(offset), { error: asString(payload.message) ?? 'the request failed' })];
      default:
        return [];
    }
  }

  private prompt(text: string, offset: number): readonly TraceEvent[] {
    if (!this.isNew('user', text)) return [];
    this.prompts += 1;
    const again = this.prompts === 1 ? '' : `-${this.prompts}`;
    const id = this.turn === '' ? this.at(offset) : `${this.turn}.prompt${again}`;
    return [this.event('user_prompt', id, { prompt: text })];
  }

  private say(text: string, offset: number): readonly TraceEvent[] {
    return this.isNew('agent', text) ? [this.event('assistant_response', this.at(offset), { text })] : [];
  }

  private isNew(speaker: string, text: string): boolean {
    const key = `${speaker} ${text}`;
    if (text.trim() === '' || this.said.has(key)) return false;
    if (this.said.size < MOST_SAID) this.said.add(key);
    return true;
  }

  private compaction(offset: number): TraceEvent {
    return this.event('decision', this.at(offset), { hook_event_name: 'PostCompact', choice: 'compaction done' });
  }

  /** Id of what has none of its own: its place in the file. */
  private at(offset: number): string {
    return `${this.threadId}@${offset}`;
  }
}
