import { asString } from '../json.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { HashedNumbers } from './hashed-numbers.ts';
import { LoopDetector } from './loop-detector.ts';
import { operationOf } from './operation.ts';
import { RECENT_CALLS } from './session-state.ts';
import { SlidingTotal } from './sliding-total.ts';
import { runsTests } from './test-command.ts';
import type { ToolCall } from './tool-call.ts';

/** The tool calls of a session, and what their order and their ends say of it. The fields are those of `SessionState`. */
export class SessionCalls {
  readonly running = new Map<string, ToolCall>();
  readonly recent: ToolCall[] = [];
  readonly recentCalls = new SlidingTotal();
  toolCalls = 0;
  consecutiveErrors = 0;
  consecutiveTestFailures = 0;
  retries = 0;
  loopRepeats = 1;
  private readonly loops = new LoopDetector();
  private readonly commandRuns = new HashedNumbers();

  begin(event: TraceEvent): void {
    const tool = asString(event.data.tool_name) ?? 'unknown';
    const call: ToolCall = {
      id: event.event_id,
      tool,
      status: 'running',
      startedAt: event.timestamp,
      operation: operationOf(tool, event.data.arguments),
    };
    this.toolCalls += 1;
    this.recentCalls.add(event.timestamp, 1);
    this.running.set(call.id, call);
    this.recent.push(call);
    if (this.recent.length > RECENT_CALLS) this.recent.shift();
    this.loopRepeats = this.loops.add(tool, event.data.arguments ?? null);
    if (call.operation.kind === 'command') {
      const runs = this.commandRuns.increase(call.operation.command);
      this.retries = Math.max(this.retries, runs - 1);
    }
  }

  /** Gives the call that the event is the result of; undefined when none such is running. */
  end(event: TraceEvent, status: 'completed' | 'failed'): ToolCall | undefined {
    const call = this.callOf(event);
    if (!call) return undefined;
    const failed = status === 'failed';
    this.consecutiveErrors = failed ? this.consecutiveErrors + 1 : 0;
    this.finish(call, status, event);
    const { operation } = call;
    if (operation.kind === 'command' && runsTests(operation.command)) {
      this.consecutiveTestFailures = failed ? this.consecutiveTestFailures + 1 : 0;
    }
    return call;
  }

  /** The call never ran: it neither failed nor did anything. */
  deny(event: TraceEvent): void {
    const call = this.callOf(event);
    if (call) this.finish(call, 'interrupted', event);
  }

  /** Whatever runs ends with this event, without a result. */
  interrupt(event: TraceEvent): void {
    for (const call of [...this.running.values()]) this.finish(call, 'interrupted', event);
  }

  /** The call a result belongs to: by link; recorders that give no link are paired by tool name, newest call first. */
  private callOf(event: TraceEvent): ToolCall | undefined {
    if (event.parent_id) return this.running.get(event.parent_id);
    const tool = asString(event.data.tool_name);
    return tool ? [...this.running.values()].reverse().find((call) => call.tool === tool) : undefined;
  }

  private finish(call: ToolCall, status: ToolCall['status'], event: TraceEvent): void {
    const { id, tool, startedAt, operation } = call;
    const done: ToolCall = {
      ...{ id, tool, status, startedAt, operation },
      endedAt: event.timestamp,
      durationMs: event.duration_ms ?? Math.max(0, (event.timestamp - startedAt) * 1000),
    };
    this.running.delete(id);
    const at = this.recent.lastIndexOf(call);
    if (at >= 0) this.recent[at] = done;
  }
}
