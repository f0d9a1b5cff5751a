import type { EventData, EventType, TraceEvent } from '../trace/trace-event.ts';

/** What readers of native files share: each event bears the session's name and the time of the record it was read from. */
export abstract class EventMaker {
  /** Name in the store; undefined until the file has told whose it is. */
  protected session: string | undefined;
  /** Unix seconds: of the newest record that says when it was written. */
  protected time: number;

  /** `time`, Unix seconds, holds until a record says one. */
  protected constructor(time: number) {
    this.time = time;
  }

  protected event(type: EventType, id: string, data: EventData, more: Partial<TraceEvent> = {}): TraceEvent {
    return {
      event_type: type,
      timestamp: this.time,
      event_id: id,
      session_id: this.session ?? '',
      ...more,
      data,
    };
  }
}
