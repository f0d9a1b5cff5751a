import { decodeUsage } from '../cost/usage.ts';
import { asArray, asCount, asNumber, asRecord, asString, type JsonRecord } from '../json.ts';
import type { Alert, OutcomeResult } from '../protocol/alert.ts';
import { type PanelRow, ROW_KINDS, type RowKind } from '../protocol/panel.ts';
import type { EventType, TraceEvent } from '../trace/trace-event.ts';
import { StreamColumns } from './stream-columns.ts';
import { rowId, StreamIds } from './stream-ids.ts';
import { StreamOpenCalls } from './stream-open-calls.ts';

export type RowStatus = NonNullable<PanelRow['status']>;

/** Names a row for as long as the index is not cleared. Refs of rows in stream order are in order by `compareRows`. */
export type RowRef = number;

/** Refs of alerts lie above all refs of events. */
const FIRST_ALERT = 2 ** 31;
const STATUSES: readonly (RowStatus | undefined)[] = [undefined, 'running', 'completed', 'failed', 'interrupted'];
const RESULT_SUFFIX = '.result';

const KIND_OF: Readonly<Record<EventType, RowKind>> = {
  session_start: 'session',
  session_end: 'session',
  user_prompt: 'prompt',
  assistant_response: 'response',
  tool_call: 'tool',
  tool_result: 'tool',
  llm_request: 'request',
  llm_response: 'request',
  file_read: 'file',
  file_write: 'file',
  decision: 'decision',
  error: 'error',
};

const OUTCOME_STATUS: Readonly<Record<OutcomeResult, RowStatus | undefined>> = {
  done: 'completed',
  partial: 'failed',
  refused: 'failed',
  failed: 'failed',
  monitor: undefined,
};

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
}

/**
 * Which rows a session's stream has and where in the files they stand: one row a thing, a call and its result are one.
 * Built from events in file order and from alerts in file order; the two are merged by time, so the order of the rows
 * does not depend on when which file was read.
 */
export class StreamIndex {
  private readonly options: StreamIndexOptions;
  private events = new StreamColumns();
  private alerts = new StreamColumns();
  private ids: StreamIds;
  private readonly calls = new StreamOpenCalls();
  private readonly requests = new StreamOpenCalls();
  private readonly agents = new Map<number, string>();
  private root: string | undefined;

  constructor(options: StreamIndexOptions) {
    this.options = options;
    this.ids = new StreamIds(options.seed);
  }

  get length(): number {
    return this.events.length + this.alerts.length;
  }

  /** Directory the agent works in, as the session's first start says. */
  get workspace(): string | undefined {
    return this.root;
  }

  clearEvents(): void {
    this.events = new StreamColumns();
    this.ids = new StreamIds(this.options.seed);
    this.calls.clear();
    this.requests.clear();
    this.agents.clear();
    this.root = undefined;
  }

  clearAlerts(): void {
    this.alerts = new StreamColumns();
  }

  /** `offset`: of the event's line in `events.ndjson`. */
  apply(event: TraceEvent, offset: number): void {
    const { data } = event;
    switch (event.event_type) {
      case 'tool_result':
      case 'error':
        this.result(event, offset);
        return;
      case 'llm_response':
        this.response(event, offset);
        return;
      case 'file_read':
      case 'file_write':
        // A file event of a call that has its own row tells nothing more.
        if (event.parent_id && this.ids.find(rowId(event.parent_id)) !== undefined) return;
        this.add(event, offset);
        return;
      case 'tool_call': {
        const row = this.add(event, offset, 'running');
        if (row !== undefined) this.calls.add(row, asString(data.tool_name) ?? '');
        return;
      }
      case 'llm_request': {
        const row = this.add(event, offset, 'running');
        if (row !== undefined) this.requests.add(row, '');
        return;
      }
      case 'session_start':
        this.root ??= asString(data.cwd) || undefined;
        this.add(event, offset);
        return;
      case 'session_end':
        if (this.add(event, offset) !== undefined) this.interrupt();
        return;
      case 'user_prompt':
      case 'assistant_response':
      case 'decision':
        this.add(event, offset);
        return;
      default:
        event.event_type satisfies never;
    }
  }

  /** `offset`: of the alert's line in `alerts.ndjson`. */
  applyAlert(alert: Alert, offset: number): void {
    const kind = alert.type === 'decision' ? 'rule' : 'outcome';
    const status = alert.type === 'outcome' ? OUTCOME_STATUS[alert.result] : undefined;
    const row = this.alerts.add(offset, latest(this.alerts, alert.at), 0, codeOf(kind), statusCode(status));
    this.options.onRow(FIRST_ALERT + row, true);
  }

  /** The next row of the stream; undefined when there is none yet. A row that comes later is never passed over. */
  next(cursor: StreamCursor): RowRef | undefined {
    const event = cursor.events < this.events.length ? cursor.events : undefined;
    const alert = cursor.alerts < this.alerts.length ? FIRST_ALERT + cursor.alerts : undefined;
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
    const time = this.columns(a).time(rowOf(a)) - this.columns(b).time(rowOf(b));
    // What happened at the same moment was the cause.
    return time === 0 ? a - b : time;
  }

  /** The row of an event, also when the id is that of a call's result; or of an alert by its row id. */
  find(id: string): RowRef | undefined {
    const key = rowId(id);
    const row = this.ids.find(key);
    if (row !== undefined) return row;
    if (key.endsWith(RESULT_SUFFIX)) return this.ids.find(key.slice(0, -RESULT_SUFFIX.length));
    return this.findAlert(key);
  }

  /** `event_id` for events (of the call, for a tool); for alerts a name made of their place in the file. */
  id(ref: RowRef): string {
    return isAlert(ref) ? alertId(this.alerts.offset(rowOf(ref))) : this.ids.get(this.events.id(ref));
  }

  isAlert(ref: RowRef): boolean {
    return isAlert(ref);
  }

  kind(ref: RowRef): RowKind {
    return ROW_KINDS[this.columns(ref).kind(rowOf(ref))] ?? 'error';
  }

  status(ref: RowRef): RowStatus | undefined {
    return STATUSES[this.columns(ref).status(rowOf(ref))];
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
    return this.kind(ref) === 'tool' ? this.events.number(ref) || undefined : undefined;
  }

  /** The agent's name for the subagent that the call started. */
  subagent(ref: RowRef): string | undefined {
    return this.agents.get(ref);
  }

  /** Undefined when the id is known already: an event seen twice is one row. */
  private add(event: TraceEvent, offset: number, status?: RowStatus): number | undefined {
    const id = rowId(event.event_id);
    if (this.ids.find(id) !== undefined) return undefined;
    const row = this.events.length;
    const entry = this.ids.add(id, row);
    const time = latest(this.events, event.timestamp);
    this.events.add(offset, time, entry, codeOf(KIND_OF[event.event_type]), statusCode(status));
    const line = firstLine(event.data);
    if (line > 0 && KIND_OF[event.event_type] === 'tool') this.events.setNumber(row, line);
    this.options.onRow(row, true);
    return row;
  }

  private result(event: TraceEvent, offset: number): void {
    const id = rowId(event.event_id);
    const linked = event.parent_id ? this.ids.find(rowId(event.parent_id)) : undefined;
    if (linked !== undefined && this.kind(linked) === 'tool') {
      if (event.parent_id && id !== `${rowId(event.parent_id)}${RESULT_SUFFIX}` && this.ids.find(id) === undefined)
        this.ids.add(id, linked);
      if (this.events.resultOffset(linked) === undefined) this.finish(linked, event, offset);
      return;
    }
    if (this.ids.find(id) !== undefined) return;
    // Recorders that give no link are paired by tool name, newest call first, as `SessionFold` does.
    const tool = event.parent_id ? undefined : asString(event.data.tool_name);
    const named = tool ? this.calls.newest(tool) : undefined;
    if (named !== undefined) {
      this.ids.add(id, named);
      this.finish(named, event, offset);
      return;
    }
    this.add(event, offset, statusOf(event));
  }

  private finish(row: number, event: TraceEvent, offset: number): void {
    this.calls.delete(row);
    this.requests.delete(row);
    this.events.setResultOffset(row, offset);
    this.events.setStatus(row, statusCode(statusOf(event)));
    // The rising time stands in for the call's own, which is the same but for a clock that was set back.
    const duration = event.duration_ms ?? (event.timestamp - this.events.time(row)) * 1000;
    this.events.setDuration(row, Math.max(0, duration));
    const line = firstLine(event.data);
    if (line > 0 && this.kind(row) === 'tool') this.events.setNumber(row, line);
    const agent = asString(event.data.agent_id);
    if (agent) this.agents.set(row, agent);
    this.options.onRow(row, false);
  }

  /** An answer of the model: folded into its request where there is one. Of several reports the longest answer holds. */
  private response(event: TraceEvent, offset: number): void {
    const id = rowId(event.event_id);
    const output = Math.min(2 ** 32 - 1, decodeUsage(event.data.usage)?.output ?? 0);
    const known = this.ids.find(id);
    if (known !== undefined && !this.requests.has(known)) {
      if (this.kind(known) !== 'request' || output <= this.events.number(known)) return;
      if (this.events.resultOffset(known) === undefined) this.events.setOffset(known, offset);
      else this.events.setResultOffset(known, offset);
      this.events.setNumber(known, output);
      this.options.onRow(known, false);
      return;
    }
    const asked = event.parent_id ? this.ids.find(rowId(event.parent_id)) : this.requests.newest('');
    const request = known ?? asked;
    if (request !== undefined && this.requests.has(request)) {
      if (known === undefined) this.ids.add(id, request);
      this.events.setNumber(request, output);
      this.finish(request, event, offset);
      return;
    }
    const row = this.events.length;
    if (this.add(event, offset) !== undefined) this.events.setNumber(row, output);
  }

  private interrupt(): void {
    const rows = [...this.calls.rows, ...this.requests.rows];
    this.calls.clear();
    this.requests.clear();
    for (const row of rows) {
      this.events.setStatus(row, statusCode('interrupted'));
      this.options.onRow(row, false);
    }
  }

  private columns(ref: RowRef): StreamColumns {
    return isAlert(ref) ? this.alerts : this.events;
  }

  private findAlert(id: string): RowRef | undefined {
    const offset = Number(/^alert@(\d{1,15})$/.exec(id)?.[1] ?? Number.NaN);
    let low = 0;
    let high = this.alerts.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.alerts.offset(middle);
      if (found === offset) return FIRST_ALERT + middle;
      if (found < offset) low = middle + 1;
      else high = middle - 1;
      if (Number.isNaN(offset)) return undefined;
    }
    return undefined;
  }
}

function alertId(offset: number): string {
  return `alert@${offset}`;
}

function isAlert(ref: RowRef): boolean {
  return ref >= FIRST_ALERT;
}

function rowOf(ref: RowRef): number {
  return isAlert(ref) ? ref - FIRST_ALERT : ref;
}

/** Clocks are set back now and then; the merge needs times that rise. */
function latest(columns: StreamColumns, time: number): number {
  const { length } = columns;
  return length === 0 ? time : Math.max(time, columns.time(length - 1));
}

function codeOf(kind: RowKind): number {
  return ROW_KINDS.indexOf(kind);
}

function statusCode(status: RowStatus | undefined): number {
  return STATUSES.indexOf(status);
}

function statusOf({ event_type, data }: TraceEvent): RowStatus {
  if (data.interrupted === true || data.is_interrupt === true) return 'interrupted';
  return event_type === 'error' || (asNumber(data.exit_code) ?? 0) !== 0 ? 'failed' : 'completed';
}

/** The first line written, else the first line read, else the line the call asked for; 0 when none is named. */
function firstLine(data: JsonRecord): number {
  const patched = asCount(asRecord(asArray(data.patch)[0])?.start);
  const read = asCount(asRecord(data.read)?.start_line);
  return Math.min(2 ** 31, patched || read || asCount(asRecord(data.arguments)?.offset));
}
