import type { Alert } from '../protocol/alert.ts';
import type { RowKind, RowStatus } from '../protocol/panel.ts';
import type { TraceEvent } from '../trace/trace-event.ts';
import { AlertRows } from './alert-rows.ts';
import { EventRows } from './event-rows.ts';
import type { StreamColumns } from './stream-columns.ts';

/** Names a row for as long as the index is not cleared. Refs of rows in stream order are in order by `compare`. */
export type RowRef = number;

/** Refs of alerts lie above all refs of events. */
const FIRST_ALERT = 2 ** 31;

/** How far a walk over all rows has come. */
export interface StreamCursor {
  events: number;
  alerts: number;
}

export interface StreamIndexOptions {
  /** See `StreamIds`. */
  readonly seed: number;
  /** A row appeared, or what it tells has changed. */
  readonly onRow: (ref: RowRef, isNew: boolean) => void;
  /** Where it is known before an event tells. */
  readonly workspace?: string | undefined;
}

/**
 * Which rows a session's stream has and where in the files they stand. Built from events in file order and from alerts in
 * file order; the two are merged by time, so the order of the rows does not depend on when which file was read.
 */
export class StreamIndex {
  private readonly events: EventRows;
  private readonly alerts: AlertRows;

  constructor({ seed, onRow, workspace }: StreamIndexOptions) {
    this.events = new EventRows(seed, onRow, workspace);
    this.alerts = new AlertRows((row, isNew) => onRow(FIRST_ALERT + row, isNew));
  }

  get length(): number {
    return this.events.columns.length + this.alerts.columns.length;
  }

  /** Directory the agent works in, as the session's first start says. */
  get workspace(): string | undefined {
    return this.events.workspace;
  }

  clearEvents(): void {
    this.events.clear();
  }

  clearAlerts(): void {
    this.alerts.clear();
  }

  /** `offset`: of the event's line in `events.ndjson`. */
  apply(event: TraceEvent, offset: number): void {
    this.events.apply(event, offset);
  }

  /** `offset`: of the alert's line in `alerts.ndjson`. */
  applyAlert(alert: Alert, offset: number): void {
    this.alerts.apply(alert, offset);
  }

  /** The next row of the stream; undefined when there is none yet. A row that comes later is never passed over. */
  next(cursor: StreamCursor): RowRef | undefined {
    const event = cursor.events < this.events.columns.length ? cursor.events : undefined;
    const alert = cursor.alerts < this.alerts.columns.length ? FIRST_ALERT + cursor.alerts : undefined;
    if (event !== undefined && (alert === undefined || this.compare(event, alert) < 0)) {
      cursor.events += 1;
      return event;
    }
    if (alert !== undefined) cursor.alerts += 1;
    return alert;
  }

  /** True when the walk has already given this row. */
  isBefore(ref: RowRef, cursor: StreamCursor): boolean {
    return isAlert(ref) ? ref - FIRST_ALERT < cursor.alerts : ref < cursor.events;
  }

  /** Negative when the first row stands before the second in the stream. */
  compare(a: RowRef, b: RowRef): number {
    if (isAlert(a) === isAlert(b)) return a - b;
    const time = this.time(a) - this.time(b);
    // What happened at the same moment was the cause.
    return time === 0 ? a - b : time;
  }

  /** The row of an event, also when the id is that of a call's result; or of an alert by its row id. */
  find(id: string): RowRef | undefined {
    const event = this.events.find(id);
    if (event !== undefined) return event;
    const alert = this.alerts.find(id);
    return alert === undefined ? undefined : FIRST_ALERT + alert;
  }

  /** `event_id` for events (of the call, for a tool); for alerts a name made of their place in the file. */
  id(ref: RowRef): string {
    return isAlert(ref) ? this.alerts.id(rowOf(ref)) : this.events.id(ref);
  }

  isAlert(ref: RowRef): boolean {
    return isAlert(ref);
  }

  kind(ref: RowRef): RowKind {
    return this.columns(ref).kind(rowOf(ref));
  }

  status(ref: RowRef): RowStatus | undefined {
    return this.columns(ref).status(rowOf(ref));
  }

  offset(ref: RowRef): number {
    return this.columns(ref).offset(rowOf(ref));
  }

  resultOffset(ref: RowRef): number | undefined {
    return this.columns(ref).resultOffset(rowOf(ref));
  }

  /** Unix seconds, made to rise along the file. */
  time(ref: RowRef): number {
    return this.columns(ref).time(rowOf(ref));
  }

  durationMs(ref: RowRef): number | undefined {
    return this.columns(ref).duration(rowOf(ref));
  }

  /** First line of the file that a call was about, from 1. */
  line(ref: RowRef): number | undefined {
    return isAlert(ref) ? undefined : this.events.line(ref);
  }

  /** The agent's name for the subagent that the call started. */
  subagent(ref: RowRef): string | undefined {
    return isAlert(ref) ? undefined : this.events.subagent(ref);
  }

  private columns(ref: RowRef): StreamColumns {
    return isAlert(ref) ? this.alerts.columns : this.events.columns;
  }
}

function isAlert(ref: RowRef): boolean {
  return ref >= FIRST_ALERT;
}

function rowOf(ref: RowRef): number {
  return isAlert(ref) ? ref - FIRST_ALERT : ref;
}
