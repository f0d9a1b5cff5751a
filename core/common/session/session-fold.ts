import type { PriceBook } from '../cost/cost.ts';
import { contextTokens, decodeUsage } from '../cost/usage.ts';
import { asNumber, asRecord, asString } from '../json.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { LoopDetector } from './loop-detector.ts';
import { operationOf } from './operation.ts';
import { SessionLedger } from './session-ledger.ts';
import { type FileAccess, RECENT_CALLS, type SessionState } from './session-state.ts';
import { runsTests } from './test-command.ts';
import type { ToolCall } from './tool-call.ts';
import { workspacePath } from './workspace-path.ts';

/**
 * Folds the events of one session, in file order, into its state. The same events give the same state, whoever reads
 * them: time comes from the events, and an event seen twice (a file read anew, two recorders) counts once.
 */
export class SessionFold {
  private readonly sessionId: string;
  private readonly prices: PriceBook;
  private readonly ledger: SessionLedger;
  private readonly loops = new LoopDetector();
  private readonly seen = new Set<string>();
  private readonly files = new Map<string, FileAccess>();
  private readonly running = new Map<string, ToolCall>();
  private readonly recent: ToolCall[] = [];
  private readonly commandRuns = new Map<string, number>();
  private agent = '';
  private model: string | undefined;
  private workspace: string | undefined;
  private startedAt: number | undefined;
  private endedAt: number | undefined;
  private lastEventAt: number | undefined;
  private lastEventId: string | undefined;
  private prompts = 0;
  private responses = 0;
  /** The recorder sees the process only, not what it asks of a model. */
  private costUnseen = false;
  private toolCalls = 0;
  private errors = 0;
  private filesRead = 0;
  private filesModified = 0;
  private contextPct: number | undefined;
  private consecutiveTestFailures = 0;
  private retries = 0;
  private loopRepeats = 1;
  private waitingFor: string | undefined;

  constructor(sessionId: string, prices: PriceBook) {
    this.sessionId = sessionId;
    this.prices = prices;
    this.ledger = new SessionLedger(prices);
  }

  /** False when the event told nothing new and must not be acted on again. */
  apply(event: TraceEvent): boolean {
    if (event.event_type === 'llm_response') {
      if (!this.respond(event)) return false;
    } else if (this.seen.has(event.event_id)) {
      return false;
    }
    this.seen.add(event.event_id);
    this.lastEventId = event.event_id;
    this.startedAt ??= event.timestamp;
    this.lastEventAt = Math.max(this.lastEventAt ?? event.timestamp, event.timestamp);
    this.reduce(event);
    return true;
  }

  get state(): SessionState {
    return {
      sessionId: this.sessionId,
      agent: this.agent,
      model: this.model,
      workspace: this.workspace,
      startedAt: this.startedAt,
      endedAt: this.endedAt,
      lastEventAt: this.lastEventAt,
      lastEventId: this.lastEventId,
      events: this.seen.size,
      prompts: this.prompts,
      toolCalls: this.toolCalls,
      errors: this.errors,
      requests: this.ledger.requests,
      usage: this.ledger.usage,
      cost: this.ledger.cost(this.costUnseen || this.responses > 0 || this.toolCalls > 0),
      contextPct: this.contextPct,
      files: this.files,
      filesRead: this.filesRead,
      filesModified: this.filesModified,
      running: this.running,
      recent: this.recent,
      consecutiveTestFailures: this.consecutiveTestFailures,
      retries: this.retries,
      loopRepeats: this.loopRepeats,
      waitingFor: this.waitingFor,
    };
  }

  private reduce(event: TraceEvent): void {
    const { data } = event;
    if (event.event_type !== 'decision') this.waitingFor = undefined;
    switch (event.event_type) {
      case 'session_start':
        this.agent = asString(data.agent) ?? asString(data.agent_name) ?? this.agent;
        this.model = asString(data.model) || this.model;
        this.workspace = asString(data.cwd) || this.workspace;
        this.costUnseen ||= data.mode === 'run';
        this.endedAt = undefined;
        return;
      case 'session_end':
        this.endedAt = event.timestamp;
        for (const call of [...this.running.values()]) this.finish(call, 'interrupted', event);
        return;
      case 'user_prompt':
        this.prompts += 1;
        this.endedAt = undefined;
        return;
      case 'assistant_response':
        this.responses += 1;
        return;
      case 'tool_call':
        this.call(event);
        return;
      case 'tool_result':
        this.result(event, (asNumber(data.exit_code) ?? 0) !== 0);
        return;
      case 'error':
        this.errors += 1;
        this.result(event, true);
        return;
      case 'file_read':
      case 'file_write':
        this.touchFromEvent(event);
        return;
      case 'decision':
        this.waitingFor = asString(data.waiting_for);
        this.model = asString(data.model) || this.model;
        return;
      case 'llm_request':
      case 'llm_response':
        return;
      default:
        event.event_type satisfies never;
    }
  }

  /** False when this report of the request says no more than an earlier one. */
  private respond(event: TraceEvent): boolean {
    const usage = decodeUsage(event.data.usage);
    if (!usage) return !this.seen.has(event.event_id);
    const model = asString(event.data.model) ?? this.model ?? 'unknown';
    if (!this.ledger.record(event.event_id, model, usage, event.timestamp)) return false;
    // The long-context variant is only named at session start; the requests themselves name the plain model.
    const window = this.prices.contextWindow(this.model?.startsWith(model) ? this.model : model);
    if (window) this.contextPct = (100 * contextTokens(usage)) / window;
    this.model ??= model;
    return true;
  }

  private call(event: TraceEvent): void {
    const tool = asString(event.data.tool_name) ?? 'unknown';
    const call: ToolCall = {
      id: event.event_id,
      tool,
      status: 'running',
      startedAt: event.timestamp,
      operation: operationOf(tool, event.data.arguments),
    };
    this.toolCalls += 1;
    // It goes on, whatever it said of its end.
    this.endedAt = undefined;
    this.running.set(call.id, call);
    this.recent.push(call);
    if (this.recent.length > RECENT_CALLS) this.recent.shift();
    this.loopRepeats = this.loops.add(`${tool} ${JSON.stringify(event.data.arguments ?? null)}`);
    if (call.operation.kind === 'command') {
      const runs = (this.commandRuns.get(call.operation.command) ?? 0) + 1;
      this.commandRuns.set(call.operation.command, runs);
      this.retries = Math.max(this.retries, runs - 1);
    }
  }

  private result(event: TraceEvent, failed: boolean): void {
    const call = this.callOf(event);
    if (!call) return;
    this.finish(call, failed ? 'failed' : 'completed', event);
    const { operation } = call;
    if (operation.kind === 'command' && runsTests(operation.command)) {
      this.consecutiveTestFailures = failed ? this.consecutiveTestFailures + 1 : 0;
    }
    if (!failed && (operation.kind === 'read' || operation.kind === 'write')) {
      this.touch(operation.path, operation.kind, event.timestamp);
    }
  }

  /** The call a result belongs to: by link; recorders that give no link are paired by tool name, newest call first. */
  private callOf(event: TraceEvent): ToolCall | undefined {
    if (event.parent_id) return this.running.get(event.parent_id);
    const tool = asString(event.data.tool_name);
    return tool ? [...this.running.values()].reverse().find((call) => call.tool === tool) : undefined;
  }

  private finish(call: ToolCall, status: ToolCall['status'], event: TraceEvent): void {
    const done: ToolCall = {
      ...call,
      status,
      endedAt: event.timestamp,
      durationMs: event.duration_ms ?? Math.max(0, (event.timestamp - call.startedAt) * 1000),
    };
    this.running.delete(call.id);
    const at = this.recent.lastIndexOf(call);
    if (at >= 0) this.recent[at] = done;
  }

  /** File events of recorders that have no tool calls; one that belongs to a call is counted with the call. */
  private touchFromEvent(event: TraceEvent): void {
    if (event.parent_id && this.seen.has(event.parent_id)) return;
    const { data } = event;
    const path = asString(data.file_path) ?? asString(data.path) ?? asString(asRecord(data.arguments)?.file_path);
    if (path) this.touch(path, event.event_type === 'file_write' ? 'write' : 'read', event.timestamp);
  }

  private touch(path: string, kind: 'read' | 'write', at: number): void {
    const key = workspacePath(path, this.workspace);
    const before = this.files.get(key) ?? { path: key, reads: 0, writes: 0, lastAt: at };
    if (kind === 'read' && before.reads === 0) this.filesRead += 1;
    if (kind === 'write' && before.writes === 0) this.filesModified += 1;
    this.files.set(key, {
      path: key,
      reads: before.reads + (kind === 'read' ? 1 : 0),
      writes: before.writes + (kind === 'write' ? 1 : 0),
      lastAt: Math.max(before.lastAt, at),
    });
  }
}
