import { join } from 'node:path';
import { parseJson } from '../../common/json.ts';
import type { Alert } from '../../common/protocol/alert.ts';
import { decodeAlert } from '../../common/protocol/decode-alert.ts';
import type { PanelRow, RowDetail } from '../../common/protocol/panel.ts';
import { isIssue } from '../../common/trace/decode-event.ts';
import { decodeLine } from '../../common/trace/decode-line.ts';
import type { RawLine } from '../../common/trace/raw-line.ts';
import type { TraceEvent } from '../../common/trace/trace-event.ts';
import { alertSections, eventSections } from '../../common/view/panel-detail.ts';
import { alertRow, eventPath, eventRow, unreadableRow } from '../../common/view/panel-row.ts';
import { rowId } from '../../common/view/stream-ids.ts';
import type { RowRef, StreamIndex } from '../../common/view/stream-index.ts';
import { ALERTS_FILE } from '../alerts/alert-log.ts';
import { EVENTS_FILE } from '../store/event-log.ts';
import { LineFile } from './line-file.ts';

export interface StoredRowsOptions {
  /** Path of the store. */
  readonly store: string;
  readonly sessionId: string;
  readonly index: StreamIndex;
}

/** A file that a row is about. */
export interface RowTarget {
  /** As the agent named it. */
  readonly path: string;
  /** From 1; undefined when no line is known. */
  readonly line: number | undefined;
}

/**
 * Reads the texts of rows back from the files, whose index holds places only. Open one for a batch of rows and close it
 * then. A line that no longer holds the event it was indexed for gives an `unreadableRow`, and `isStale` turns true.
 */
export class StoredRows {
  private readonly options: StoredRowsOptions;
  private files: Partial<Record<'events' | 'alerts', LineFile | undefined>> = {};
  private stale = false;

  constructor(options: StoredRowsOptions) {
    this.options = options;
  }

  /** True when a line was not what the index says: the file has to be looked at again. */
  get isStale(): boolean {
    return this.stale;
  }

  /** Bytes read so far. */
  get bytesRead(): number {
    return (this.files.events?.bytesRead ?? 0) + (this.files.alerts?.bytesRead ?? 0);
  }

  row(ref: RowRef): PanelRow {
    const { index, sessionId } = this.options;
    if (index.isAlert(ref)) {
      const alert = this.alert(ref);
      return alert ? alertRow(index, ref, alert) : unreadableRow(index, ref);
    }
    const event = this.event(ref);
    return event ? eventRow(index, ref, event, sessionId) : unreadableRow(index, ref);
  }

  detail(ref: RowRef): RowDetail {
    const { index } = this.options;
    const id = index.id(ref);
    if (index.isAlert(ref)) {
      const alert = this.alert(ref);
      const outcome = alert && this.outcomeOf(ref, alert);
      const sections = alert ? [...alertSections(alert), ...(outcome ? alertSections(outcome) : [])] : [];
      return { id, sections, hasFile: false };
    }
    const event = this.event(ref);
    if (!event) return { id, sections: [], hasFile: false };
    return { id, sections: eventSections(event, this.result(ref)), hasFile: eventPath(event) !== undefined };
  }

  target(ref: RowRef): RowTarget | undefined {
    const { index } = this.options;
    const event = index.isAlert(ref) ? undefined : this.event(ref);
    const path = event && eventPath(event);
    return path === undefined ? undefined : { path, line: index.line(ref) };
  }

  close(): void {
    this.files.events?.close();
    this.files.alerts?.close();
    this.files = {};
  }

  /** The event that made the row. */
  private event(ref: RowRef): TraceEvent | undefined {
    const { index } = this.options;
    const id = index.id(ref);
    const isIt = (event: TraceEvent) => rowId(event.event_id) === id;
    return this.checked(this.eventAt(index.offset(ref), isIt));
  }

  /** The event that ended the call of the row. */
  private result(ref: RowRef): TraceEvent | undefined {
    const { index } = this.options;
    const offset = index.resultOffset(ref);
    if (offset === undefined) return undefined;
    const id = index.id(ref);
    const isIt = ({ event_id, parent_id }: TraceEvent) =>
      parent_id === undefined ? index.find(event_id) === ref : rowId(parent_id) === id || index.find(event_id) === ref;
    return this.checked(this.eventAt(offset, isIt));
  }

  private eventAt(offset: number, isIt: (event: TraceEvent) => boolean): TraceEvent | undefined {
    const line = this.line('events', offset);
    if (!line) return undefined;
    for (const decoded of decodeLine(line)) if (!isIssue(decoded) && isIt(decoded)) return decoded;
    return undefined;
  }

  private alert(ref: RowRef): Alert | undefined {
    const { index } = this.options;
    const alert = this.alertAt(index.offset(ref));
    return this.checked((alert?.type === 'outcome') === (index.kind(ref) === 'outcome') ? alert : undefined);
  }

  /** What came of the decision of the row, where the row tells that too. */
  private outcomeOf(ref: RowRef, { decision_id }: Alert): Alert | undefined {
    const offset = this.options.index.resultOffset(ref);
    if (offset === undefined) return undefined;
    const outcome = this.alertAt(offset);
    const isIts = outcome?.type === 'outcome' && outcome.decision_id === decision_id;
    return this.checked(isIts || outcome?.type === 'hold' ? outcome : undefined);
  }

  private alertAt(offset: number): Alert | undefined {
    const line = this.line('alerts', offset);
    const alert = line && decodeAlert(parseJson(Buffer.from(line.bytes).toString('utf8')));
    return alert?.session_id === this.options.sessionId ? alert : undefined;
  }

  private line(file: 'events' | 'alerts', offset: number): RawLine | undefined {
    const { store, sessionId } = this.options;
    if (!(file in this.files)) {
      const path = file === 'events' ? join(store, sessionId, EVENTS_FILE) : join(store, ALERTS_FILE);
      this.files[file] = LineFile.open(path, store);
    }
    return this.files[file]?.lineAt(offset);
  }

  private checked<T>(found: T | undefined): T | undefined {
    if (found === undefined) this.stale = true;
    return found;
  }
}
