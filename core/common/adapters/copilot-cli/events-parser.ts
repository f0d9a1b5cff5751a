import { asArray, asCount, asNumber, asRecord, asString, type JsonRecord, parseJson } from '../../json.ts';
import { sessionName } from '../../trace/session-name.ts';
import type { EventData, TraceEvent } from '../../trace/trace-event.ts';
import { EventMaker } from '../event-maker.ts';
import type { NativeFacts, NativeParser } from '../native-parser.ts';
import { diffRanges } from '../patch-ranges.ts';

/** As this agent is named in events, `meta.json` and registrations. */
export const COPILOT_CLI = 'copilot-cli';

export interface CopilotOptions {
  /** Id of the session, by the name of its folder. */
  readonly fallbackId: string;
  /** Unix seconds, for records before the first that carries a time. */
  readonly fallbackTime: number;
}

/**
 * Reads `events.jsonl` of a session of Copilot CLI. Newer versions (1.0.102) tell of each request what it has used
 * (`session.usage_record`); of older ones only the sums at shutdown count, by model: until then input is not known.
 */
export class CopilotParser extends EventMaker implements NativeParser {
  private readonly options: CopilotOptions;
  private workspace: string | undefined;
  private version: string | undefined;
  private model: string | undefined;
  private startedAt: number | undefined;
  /** Tokens that were told request by request. */
  private hasRecords = false;
  private readonly startOf = new Map<string, { readonly tool: string; readonly at: number }>();

  constructor(options: CopilotOptions) {
    super(options.fallbackTime);
    this.options = options;
  }

  get facts(): NativeFacts {
    const { session, workspace, version, startedAt } = this;
    return { sessionId: session, agent: COPILOT_CLI, workspace, version, startedAt };
  }

  push(line: string, offset: number): readonly TraceEvent[] | undefined {
    const record = asRecord(parseJson(line));
    if (!record) return undefined;
    const at = Date.parse(asString(record.timestamp) ?? '');
    if (!Number.isNaN(at)) this.time = at / 1000;
    const data = asRecord(record.data) ?? {};
    const id = asString(record.id) || `${this.options.fallbackId}@${offset}`;
    const start = this.session === undefined ? [this.begin(data)] : [];
    return [...start, ...this.eventsOf(asString(record.type) ?? '', data, id)];
  }

  private begin(data: JsonRecord): TraceEvent {
    this.session = sessionName(asString(data.sessionId) || this.options.fallbackId);
    this.startedAt = this.time;
    this.version = asString(data.copilotVersion);
    this.workspace = asString(asRecord(data.context)?.cwd) || undefined;
    this.model = asString(data.selectedModel);
    return this.event('session_start', `${this.session}.start`, {
      mode: 'copilot-cli-events',
      agent: COPILOT_CLI,
      source: 'events',
      ...(this.workspace ? { cwd: this.workspace } : {}),
      ...(this.version ? { version: this.version } : {}),
      ...(this.model ? { model: this.model } : {}),
    });
  }

  private eventsOf(type: string, data: JsonRecord, id: string): readonly TraceEvent[] {
    switch (type) {
      case 'user.message':
        return [this.event('user_prompt', id, { prompt: asString(data.content) ?? '' })];
      case 'assistant.message': {
        const text = asString(data.content) ?? '';
        this.model = asString(data.model) ?? this.model;
        return text.trim() === '' ? [] : [this.event('assistant_response', id, { text })];
      }
      case 'session.usage_record':
        return this.request(asRecord(data.usage) ?? {}, id);
      case 'session.shutdown':
        return [...this.sums(data, id), this.event('session_end', id, { reason: asString(data.shutdownType) ?? '' })];
      case 'session.resume':
        return [this.event('session_start', id, { agent: COPILOT_CLI, source: 'resume' })];
      case 'session.model_change': {
        const model = asString(data.newModel);
        const choice = `model ${this.model ?? '?'} -> ${model ?? '?'}`;
        this.model = model ?? this.model;
        return [this.event('decision', id, { hook_event_name: 'ModelSwitch', choice, ...(model ? { model } : {}) })];
      }
      case 'session.error':
        return [this.event('error', id, { error: asString(data.message) ?? 'the request failed' })];
      case 'session.compaction_complete':
        return [this.event('decision', id, { hook_event_name: 'PostCompact', choice: 'compaction done' })];
      case 'permission.requested': {
        const tool = asString(data.toolName) ?? asString(asRecord(data.permissionRequest)?.kind) ?? '?';
        const choice = `permission asked: ${tool}`;
        return [
          this.event('decision', id, {
            hook_event_name: 'PermissionRequest',
            choice,
            waiting_for: `permission: ${tool}`,
          }),
        ];
      }
      case 'permission.completed':
        return [this.event('decision', id, { hook_event_name: 'PermissionAnswered', choice: 'permission answered' })];
      case 'tool.execution_start':
        return this.call(data, id);
      case 'tool.execution_complete':
        return this.result(data, id);
      default:
        return [];
    }
  }

  private request(usage: JsonRecord, id: string): readonly TraceEvent[] {
    this.hasRecords = true;
    const model = asString(usage.model) ?? this.model ?? 'unknown';
    return this.used(`llm-${id}`, model, usage, asString(usage.apiCallId));
  }

  /** At shutdown the sums of the whole session: only where nothing was told before. */
  private sums(data: JsonRecord, id: string): readonly TraceEvent[] {
    if (this.hasRecords) return [];
    const metrics = asRecord(data.modelMetrics) ?? asRecord(asRecord(data.accountingSnapshot)?.modelMetrics) ?? {};
    return Object.entries(metrics).flatMap(([model, value]) =>
      this.used(`llm-${id}-${model}`, model, asRecord(asRecord(value)?.usage) ?? {}, undefined),
    );
  }

  private used(id: string, model: string, usage: JsonRecord, messageId: string | undefined): readonly TraceEvent[] {
    const total = asCount(usage.inputTokens);
    const read = Math.min(total, asCount(usage.cacheReadTokens));
    const written = Math.min(total - read, asCount(usage.cacheWriteTokens));
    const output = asCount(usage.outputTokens);
    const reasoning = asCount(usage.reasoningTokens);
    if (total + output === 0) return [];
    const counts = {
      input: total - read - written,
      output,
      cache_read: read,
      cache_write_5m: written,
      cache_write_1h: 0,
      ...(reasoning > 0 ? { reasoning } : {}),
    };
    return [this.event('llm_response', id, { model, usage: counts, ...(messageId ? { message_id: messageId } : {}) })];
  }

  private call(data: JsonRecord, fallback: string): readonly TraceEvent[] {
    const id = asString(data.toolCallId) || fallback;
    const tool = asString(data.toolName) ?? 'unknown';
    this.startOf.set(id, { tool, at: this.time });
    const args = asRecord(data.arguments) ?? (data.arguments === undefined ? {} : { input: data.arguments });
    return [this.event('tool_call', id, { tool_name: tool, tool_use_id: id, arguments: args })];
  }

  private result(data: JsonRecord, fallback: string): readonly TraceEvent[] {
    const id = asString(data.toolCallId) || fallback;
    const started = this.startOf.get(id);
    this.startOf.delete(id);
    const tool = { tool_name: asString(data.toolName) ?? started?.tool ?? 'unknown', tool_use_id: id };
    const links = { parent_id: id, ...(started ? { duration_ms: Math.max(0, (this.time - started.at) * 1000) } : {}) };
    const result = asRecord(data.result);
    const text = asString(result?.content) ?? asString(data.result) ?? '';
    const exitCode = asNumber(asRecord(data.shellExecution)?.exitCode);
    if (data.success === false || (exitCode !== undefined && exitCode !== 0)) {
      const failure = asRecord(data.error);
      const error = asString(failure?.message) ?? asString(data.error) ?? (text || 'the call failed');
      const code = exitCode === undefined ? {} : { exit_code: exitCode };
      return [this.event('error', `${id}.result`, { ...tool, error, ...code }, links)];
    }
    const edited = asString(asRecord(asArray(data.fileEdits)[0])?.path);
    const diff = asString(result?.detailedContent) ?? '';
    const isView = tool.tool_name === 'view';
    const facts = {
      ...(edited ? { file_path: edited } : {}),
      ...(!isView && diff.includes('\n@@ ') ? { patch: diffRanges(diff) } : {}),
      ...(isView ? shownLines(diff) : {}),
    };
    return [this.event('tool_result', `${id}.result`, { ...tool, result: text, ...facts }, links)];
  }
}

/** A view answers with a diff that changes nothing; its heading tells the lines. */
function shownLines(diff: string): EventData {
  const heading = /^@@ -\d+(?:,\d+)? \+(\d+),(\d+) @@/m.exec(diff);
  return heading ? { read: { start_line: Number(heading[1]), num_lines: Number(heading[2]) } } : {};
}
