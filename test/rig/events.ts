import type { EventData, EventType, TraceEvent } from '../../core/common/trace/trace-event.ts';

/** Makes events of one session, a second apart, with ids `e1`, `e2`, ... unless given. */
export class EventMaker {
  private count = 0;
  private readonly sessionId: string;

  constructor(sessionId = 'session') {
    this.sessionId = sessionId;
  }

  event(event_type: EventType, data: EventData = {}, more: Partial<TraceEvent> = {}): TraceEvent {
    this.count += 1;
    return {
      event_type,
      timestamp: 1_795_000_000 + this.count,
      event_id: `e${this.count}`,
      session_id: this.sessionId,
      data,
      ...more,
    };
  }

  call(id: string, tool_name: string, args: EventData): TraceEvent {
    return this.event('tool_call', { tool_name, arguments: args }, { event_id: id });
  }

  result(callId: string, data: EventData = {}): TraceEvent {
    return this.event('tool_result', data, { event_id: `${callId}.result`, parent_id: callId });
  }

  failure(callId: string, error = 'Exit code 1'): TraceEvent {
    return this.event('error', { error }, { event_id: `${callId}.result`, parent_id: callId });
  }

  response(id: string, usage: EventData, model = 'claude-sonnet-4-6'): TraceEvent {
    return this.event('llm_response', { model, usage }, { event_id: id });
  }
}
