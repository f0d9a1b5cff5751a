import { enlarged } from '../enlarged.ts';
import { ROW_KINDS, ROW_STATUSES, type RowKind, type RowStatus } from '../protocol/panel.ts';

/** Room is added by a third, so that at most a quarter of it lies idle. */
const GROWTH = 4 / 3;
const FIRST_ROOM = 64;
const STATUSES: readonly (RowStatus | undefined)[] = [undefined, ...ROW_STATUSES];

export interface NewRow {
  /** Byte offset of the line that made it. */
  readonly offset: number;
  /** Unix seconds. */
  readonly time: number;
  /** Where its id is kept; 0 for one that has none. */
  readonly id: number;
  readonly kind: RowKind;
  readonly status: RowStatus | undefined;
}

/** What is kept of each row of the stream: plain numbers in columns, 37 bytes a row. Texts stay in the file. */
export class StreamColumns {
  private rows = 0;
  private offsets = new Float64Array(0);
  private results = new Float64Array(0);
  private times = new Float64Array(0);
  private durations = new Float32Array(0);
  private numbers = new Uint32Array(0);
  private ids = new Uint32Array(0);
  private flags = new Uint8Array(0);

  get length(): number {
    return this.rows;
  }

  /** Gives the new row. */
  add({ offset, time, id, kind, status }: NewRow): number {
    const row = this.rows;
    if (row === this.flags.length) this.grow();
    this.rows += 1;
    this.offsets[row] = offset;
    this.results[row] = -1;
    // Clocks are set back now and then; what is merged by time needs times that rise.
    this.times[row] = row === 0 ? time : Math.max(time, this.time(row - 1));
    this.durations[row] = Number.NaN;
    this.ids[row] = id;
    this.flags[row] = ROW_KINDS.indexOf(kind) | codeOf(status);
    return row;
  }

  /** Byte offset of the line that made the row. */
  offset(row: number): number {
    return this.offsets[row] ?? 0;
  }

  setOffset(row: number, offset: number): void {
    this.offsets[row] = offset;
  }

  /** Byte offset of the line that ended it; undefined while there is none. */
  resultOffset(row: number): number | undefined {
    const offset = this.results[row] ?? -1;
    return offset < 0 ? undefined : offset;
  }

  setResultOffset(row: number, offset: number): void {
    this.results[row] = offset;
  }

  /** Unix seconds, made to rise along the file. */
  time(row: number): number {
    return this.times[row] ?? 0;
  }

  /** Milliseconds, exact up to some hours. */
  duration(row: number): number | undefined {
    const duration = this.durations[row] ?? Number.NaN;
    return Number.isNaN(duration) ? undefined : duration;
  }

  setDuration(row: number, milliseconds: number): void {
    this.durations[row] = milliseconds;
  }

  /** A number whose meaning depends on the kind; 0 when not set. */
  number(row: number): number {
    return this.numbers[row] ?? 0;
  }

  setNumber(row: number, value: number): void {
    this.numbers[row] = value;
  }

  id(row: number): number {
    return this.ids[row] ?? 0;
  }

  kind(row: number): RowKind {
    return ROW_KINDS[this.kindCode(row)] ?? 'error';
  }

  status(row: number): RowStatus | undefined {
    return STATUSES[(this.flags[row] ?? 0) >> 4];
  }

  setStatus(row: number, status: RowStatus | undefined): void {
    this.flags[row] = this.kindCode(row) | codeOf(status);
  }

  private kindCode(row: number): number {
    return (this.flags[row] ?? 0) & 15;
  }

  private grow(): void {
    const room = Math.max(FIRST_ROOM, Math.ceil(this.rows * GROWTH));
    this.offsets = enlarged(this.offsets, new Float64Array(room));
    this.results = enlarged(this.results, new Float64Array(room));
    this.times = enlarged(this.times, new Float64Array(room));
    this.durations = enlarged(this.durations, new Float32Array(room));
    this.numbers = enlarged(this.numbers, new Uint32Array(room));
    this.ids = enlarged(this.ids, new Uint32Array(room));
    this.flags = enlarged(this.flags, new Uint8Array(room));
  }
}

function codeOf(status: RowStatus | undefined): number {
  return STATUSES.indexOf(status) << 4;
}
