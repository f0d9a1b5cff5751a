import { decodeUsage } from '../cost/usage.ts';
import { asArray, asCount, asNumber, asRecord, asString, type JsonRecord } from '../json.ts';
import type { RowKind, RowStatus } from '../protocol/panel.ts';
import type { EventType, TraceEvent } from '../trace/trace-event.ts';
import { StreamColumns } from './stream-columns.ts';
import { rowId, StreamIds } from './stream-ids.ts';
import { StreamOpenCalls } from './stream-open-calls.ts';

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

/** The rows that events make, in file order: one row a thing, a call and its result are one. */
export class EventRows {
  private readonly seed: number;
  private readonly onRow: (row: number, isNew: boolean) => void;
  private rows = new StreamColumns();
  private ids: StreamIds;
  private readonly calls = new StreamOpenCalls();
  private readonly requests = new StreamOpenCalls();
  private readonly agents = new Map<number, string>();
  private root: string | undefined;

  /**
   * `seed`: see `StreamIds`; `onRow`: a row appeared, or what it tells has changed; `workspace`: where it is known before
   * an event tells.
   */
  constructor(seed: number, onRow: (row: number, isNew: boolean) => void, workspace?: string) {
    this.seed = seed;
    this.onRow = onRow;
    this.root = workspace;
    this.ids = new StreamIds(seed);
  }

  get columns(): StreamColumns {
    return this.rows;
  }

  /** Directory the agent works in, as the session's first start says. */
  get workspace(): string | undefined {
    return this.root;
  }

  clear(): void {
    this.rows = new StreamColumns();
    this.ids = new StreamIds(this.seed);
    this.calls.clear();
    this.requests.clear();
    this.agents.clear();
    this.root = undefined;
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

  /** `event_id` of the event (of the call, for a tool). */
  id(row: number): string {
    return this.ids.get(this.rows.id(row));
  }

  /** The row of an event, also when the id is that of a call's result. */
  find(id: string): number | undefined {
    const key = rowId(id);
    const row = this.ids.find(key);
    if (row !== undefined || !key.endsWith(RESULT_SUFFIX)) return row;
    return this.ids.find(key.slice(0, -RESULT_SUFFIX.length));
  }

  /** First line of the file that a call was about, from 1. */
  line(row: number): number | undefined {
    return this.rows.kind(row) === 'tool' ? this.rows.number(row) || undefined : undefined;
  }

  /** The agent's name for the subagent that the call started. */
  subagent(row: number): string | undefined {
    return this.agents.get(row);
  }

  /** Undefined when the id is known already: an event seen twice is one row. */
  private add(event: TraceEvent, offset: number, status?: RowStatus): number | undefined {
    const id = rowId(event.event_id);
    if (this.ids.find(id) !== undefined) return undefined;
    const kind = KIND_OF[event.event_type];
    const entry = this.ids.add(id, this.rows.length);
    const row = this.rows.add({ offset, time: event.timestamp, id: entry, kind, status });
    const line = firstLine(event.data);
    if (line > 0 && kind === 'tool') this.rows.setNumber(row, line);
    this.onRow(row, true);
    return row;
  }

  private result(event: TraceEvent, offset: number): void {
    const id = rowId(event.event_id);
    const linked = event.parent_id ? this.ids.find(rowId(event.parent_id)) : undefined;
    if (linked !== undefined && this.rows.kind(linked) === 'tool') {
      if (event.parent_id && id !== `${rowId(event.parent_id)}${RESULT_SUFFIX}` && this.ids.find(id) === undefined)
        this.ids.add(id, linked);
      if (this.rows.resultOffset(linked) === undefined) this.finish(linked, event, offset);
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
    this.rows.setResultOffset(row, offset);
    this.rows.setStatus(row, statusOf(event));
    // The rising time stands in for the call's own, which is the same but for a clock that was set back.
    const duration = event.duration_ms ?? (event.timestamp - this.rows.time(row)) * 1000;
    this.rows.setDuration(row, Math.max(0, duration));
    const line = firstLine(event.data);
    if (line > 0 && this.rows.kind(row) === 'tool') this.rows.setNumber(row, line);
    const agent = asString(event.data.agent_id);
    if (agent) this.agents.set(row, agent);
    this.onRow(row, false);
  }

  /** An answer of the model: folded into its request where there is one. Of several reports the longest answer holds. */
  private response(event: TraceEvent, offset: number): void {
    const id = rowId(event.event_id);
    const output = Math.min(2 ** 32 - 1, decodeUsage(event.data.usage)?.output ?? 0);
    const known = this.ids.find(id);
    if (known !== undefined && !this.requests.has(known)) {
      if (this.rows.kind(known) !== 'request' || output <= this.rows.number(known)) return;
      if (this.rows.resultOffset(known) === undefined) this.rows.setOffset(known, offset);
      else this.rows.setResultOffset(known, offset);
      this.rows.setNumber(known, output);
      this.onRow(known, false);
      return;
    }
    const asked = event.parent_id ? this.ids.find(rowId(event.parent_id)) : this.requests.newest('');
    const request = known ?? asked;
    if (request !== undefined && this.requests.has(request)) {
      if (known === undefined) this.ids.add(id, request);
      this.rows.setNumber(request, output);
      this.finish(request, event, offset);
      return;
    }
    const row = this.add(event, offset);
    if (row !== undefined) this.rows.setNumber(row, output);
  }

  private interrupt(): void {
    const open = [...this.calls.rows, ...this.requests.rows];
    this.calls.clear();
    this.requests.clear();
    for (const row of open) {
      this.rows.setStatus(row, 'interrupted');
      this.onRow(row, false);
    }
  }
}

function statusOf({ event_type, data }: TraceEvent): RowStatus {
  if (data.denied === true) return 'denied';
  if (data.interrupted === true || data.is_interrupt === true) return 'interrupted';
  return event_type === 'error' || (asNumber(data.exit_code) ?? 0) !== 0 ? 'failed' : 'completed';
}

/** The first line written, else the first line read, else the line the call asked for; 0 when none is named. */
function firstLine(data: JsonRecord): number {
  const patched = asCount(asRecord(asArray(data.patch)[0])?.start);
  const read = asCount(asRecord(data.read)?.start_line);
  return Math.min(2 ** 31, patched || read || asCount(asRecord(data.arguments)?.offset));
}
