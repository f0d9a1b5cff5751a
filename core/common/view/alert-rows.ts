import type { Alert, Decision, OutcomeResult } from '../protocol/alert.ts';
import type { RowStatus } from '../protocol/panel.ts';
import { callFate, decidesOnCall } from './call-fate.ts';
import { StreamColumns } from './stream-columns.ts';

const OUTCOME_STATUS: Readonly<Record<OutcomeResult, RowStatus | undefined>> = {
  done: 'completed',
  partial: 'failed',
  refused: 'failed',
  failed: 'failed',
  monitor: undefined,
  superseded: undefined,
  late: 'failed',
};

/** The rows that alerts make, in file order. What became of a call that a rule held or denied is told by the rule's row. */
export class AlertRows {
  private readonly onRow: (row: number, isNew: boolean) => void;
  private rows = new StreamColumns();
  /** Rows of decisions on calls that nobody has told the end of, by `decision_id`. */
  private readonly heldCalls = new Map<string, number>();
  /** Rows of decisions to pause, by the event that was the cause: a call that is held for it is told there. */
  private readonly pausing = new Map<string, number>();

  /** `onRow`: a row appeared, or what it tells has changed. */
  constructor(onRow: (row: number, isNew: boolean) => void) {
    this.onRow = onRow;
  }

  get columns(): StreamColumns {
    return this.rows;
  }

  clear(): void {
    this.rows = new StreamColumns();
    this.heldCalls.clear();
    this.pausing.clear();
  }

  /** `offset`: of the alert's line in `alerts.ndjson`. */
  apply(alert: Alert, offset: number): void {
    const fate = callFate(alert);
    const known = this.rowOf(alert);
    if (known !== undefined && fate !== undefined) {
      this.rows.setResultOffset(known, offset);
      this.settle(known, fate, (alert.at - this.rows.time(known)) * 1000);
      return;
    }
    if (known !== undefined) this.settle(known, undefined, Number.NaN);
    const status = alert.type === 'outcome' ? OUTCOME_STATUS[alert.result] : fate;
    const kind = alert.type === 'outcome' ? 'outcome' : 'rule';
    const row = this.rows.add({ offset, time: alert.at, id: 0, kind, status });
    if (alert.type === 'hold' || (alert.type === 'decision' && decidesOnCall(alert)))
      this.heldCalls.set(alert.decision_id, row);
    if (alert.type === 'decision' && isPause(alert)) this.pausing.set(alert.event_id, row);
    this.onRow(row, true);
  }

  /** The row that tells of the same call already. */
  private rowOf(alert: Alert): number | undefined {
    if (alert.type === 'decision') return undefined;
    const row = this.heldCalls.get(alert.decision_id);
    if (alert.type === 'outcome' || alert.call !== 'held') {
      this.heldCalls.delete(alert.decision_id);
      return row;
    }
    const pausing = row ?? this.pausing.get(alert.event_id);
    this.pausing.delete(alert.event_id);
    if (pausing !== undefined) this.heldCalls.set(alert.decision_id, pausing);
    return pausing;
  }

  /** A name made of the row's place in the file. */
  id(row: number): string {
    return `alert@${this.rows.offset(row)}`;
  }

  find(id: string): number | undefined {
    const place = /^alert@(\d{1,15})$/.exec(id)?.[1];
    if (place === undefined) return undefined;
    const offset = Number(place);
    let low = 0;
    let high = this.rows.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.rows.offset(middle);
      if (found === offset) return middle;
      if (found < offset) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }

  private settle(row: number, fate: RowStatus | undefined, durationMs: number): void {
    if (this.rows.status(row) === fate) return;
    // How long it waited tells something only where it was held.
    if (this.rows.status(row) === 'held') this.rows.setDuration(row, durationMs);
    this.rows.setStatus(row, fate);
    this.onRow(row, false);
  }
}

function isPause({ action, mode, event_id }: Decision): boolean {
  return action === 'pause' && mode === 'enforce' && event_id !== '';
}
