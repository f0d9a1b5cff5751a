import type { PriceBook } from '../cost/cost.ts';
import { decodeUsage } from '../cost/usage.ts';
import { asNumber, asRecord, asString } from '../json.ts';
import type { Texts } from '../trace/decode-event.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { HashedNumbers } from './hashed-numbers.ts';
import type { RequestsById } from './priced-request.ts';
import { SessionCalls } from './session-calls.ts';
import { SessionFiles } from './session-files.ts';
import { QUIET_AFTER } from './session-phase.ts';
import { SessionSpend } from './session-spend.ts';
import type { SessionState } from './session-state.ts';

/**
 * Folds the events of one session, in file order, into its state. The same events give the same state, whoever reads
 * them: time comes from the events, and an event seen twice (a file read anew, two recorders) counts once.
 */
export class SessionFold {
  private readonly sessionId: string;
  private readonly spend: SessionSpend;
  private readonly calls = new SessionCalls();
  private readonly files = new SessionFiles();
  private readonly seen = new HashedNumbers();
  private agent = '';
  private model: string | undefined;
  private workspace: string | undefined;
  private startedAt: number | undefined;
  private endedAt: number | undefined;
  private reactivatedAt: number | undefined;
  private wokenAt: number | undefined;
  private lastEventAt: number | undefined;
  private prompts = 0;
  private responses = 0;
  /** The recorder sees the process only, not what it asks of a model. */
  private costUnseen = false;
  private errors = 0;
  private waitingFor: string | undefined;
  private isSubagent = false;

  constructor(sessionId: string, prices: PriceBook) {
    this.sessionId = sessionId;
    this.spend = new SessionSpend(prices);
  }

  /** False when the event told nothing new and must not be acted on again. */
  apply(event: TraceEvent): boolean {
    // One request may be reported several times, each time with more.
    const isReport = event.event_type === 'llm_response';
    if (isReport && !this.respond(event)) return false;
    const { size } = this.seen;
    this.seen.add(event.event_id, 0);
    if (this.seen.size === size && !isReport) return false;
    this.startedAt ??= event.timestamp;
    if (event.timestamp - (this.lastEventAt ?? event.timestamp) > QUIET_AFTER) this.wokenAt = event.timestamp;
    this.lastEventAt = Math.max(this.lastEventAt ?? event.timestamp, event.timestamp);
    this.reduce(event);
    return true;
  }

  get state(): SessionState {
    const { calls, files, spend } = this;
    return {
      sessionId: this.sessionId,
      agent: this.agent,
      model: this.model,
      workspace: this.workspace,
      startedAt: this.startedAt,
      endedAt: this.endedAt,
      reactivatedAt: this.reactivatedAt,
      wokenAt: this.wokenAt,
      lastEventAt: this.lastEventAt,
      events: this.seen.size,
      prompts: this.prompts,
      toolCalls: calls.toolCalls,
      errors: this.errors,
      requests: spend.requests.size,
      usage: spend.usage,
      cost: spend.cost(this.costUnseen || this.responses > 0 || calls.toolCalls > 0),
      contextPct: spend.contextPct,
      files: files.files,
      filesRead: files.filesRead,
      filesModified: files.filesModified,
      running: calls.running,
      recent: calls.recent,
      consecutiveErrors: calls.consecutiveErrors,
      consecutiveTestFailures: calls.consecutiveTestFailures,
      retries: calls.retries,
      loopRepeats: calls.loopRepeats,
      waitingFor: this.waitingFor,
      isSubagent: this.isSubagent,
      recentCalls: calls.recentCalls,
      recentMicroUsd: spend.recentMicroUsd,
    };
  }

  /** What is known of each request, by `event_id`. */
  get requests(): RequestsById {
    return this.spend.requests;
  }

  /** Counts what was spent by the prices of now, as if they had held all along. */
  reprice(): void {
    this.spend.reprice();
  }

  /** Whether the next event's long texts make a difference to the state. */
  get texts(): Texts {
    return this.spend.isEstimated ? 'kept' : 'passed-over';
  }

  private reduce(event: TraceEvent): void {
    const { data } = event;
    this.spend.guess(event, this.model);
    if (event.event_type !== 'decision') this.waitingFor = undefined;
    switch (event.event_type) {
      case 'session_start':
        this.agent = asString(data.agent) ?? asString(data.agent_name) ?? this.agent;
        this.model = asString(data.model) || this.model;
        this.workspace = asString(data.cwd) || this.workspace;
        this.costUnseen ||= data.mode === 'run';
        this.spend.begin(event, this.seen.size === 1);
        this.isSubagent ||= asString(data.parent_session_id) !== undefined;
        this.goOn(event);
        return;
      case 'session_end':
        this.endedAt = event.timestamp;
        this.calls.interrupt(event);
        return;
      case 'user_prompt':
        this.prompts += 1;
        this.goOn(event);
        return;
      case 'assistant_response':
        this.responses += 1;
        return;
      case 'tool_call':
        this.calls.begin(event);
        this.goOn(event);
        return;
      case 'tool_result':
        if (data.denied === true) this.calls.deny(event);
        else this.result(event, (asNumber(data.exit_code) ?? 0) !== 0);
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
        // A figure says nothing of what the agent is at.
        if (data.reported_usd === undefined) this.waitingFor = asString(data.waiting_for);
        this.model = asString(data.model) || this.model;
        return;
      case 'llm_request':
        this.model = asString(data.model) || this.model;
        return;
      case 'llm_response':
        return;
      default:
        event.event_type satisfies never;
    }
  }

  /** Whatever it said of its end, or of the time. */
  private goOn({ timestamp }: TraceEvent): void {
    // What is told late, of before the end, is no life after it.
    if (this.endedAt !== undefined && timestamp >= this.endedAt) this.reactivatedAt = timestamp;
    this.endedAt = undefined;
  }

  /** False when this report of the request says no more than an earlier one. */
  private respond(event: TraceEvent): boolean {
    const usage = decodeUsage(event.data.usage);
    if (!usage) return !this.seen.has(event.event_id);
    const model = asString(event.data.model) ?? this.model ?? 'unknown';
    if (!this.spend.report(event, usage, model, this.model)) return false;
    this.model ??= model;
    return true;
  }

  private result(event: TraceEvent, failed: boolean): void {
    const operation = this.calls.end(event, failed ? 'failed' : 'completed')?.operation;
    if (!failed && (operation?.kind === 'read' || operation?.kind === 'write')) {
      this.files.touch(operation.path, this.workspace, operation.kind, event.timestamp);
    }
  }

  /** File events of recorders that have no tool calls; one that belongs to a call is counted with the call. */
  private touchFromEvent(event: TraceEvent): void {
    if (event.parent_id && this.seen.has(event.parent_id)) return;
    const { data } = event;
    const path = asString(data.file_path) ?? asString(data.path) ?? asString(asRecord(data.arguments)?.file_path);
    const kind = event.event_type === 'file_write' ? 'write' : 'read';
    if (path) this.files.touch(path, this.workspace, kind, event.timestamp);
  }
}
