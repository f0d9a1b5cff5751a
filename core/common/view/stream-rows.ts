import { enlarged } from '../enlarged.ts';
import type { RowRef } from './stream-index.ts';

const FIRST_ROOM = 256;
const GROWTH = 4 / 3;

/** The rows that pass a filter, in stream order: their place here is their position on the page. 4 bytes a row. */
export class StreamRows {
  private readonly compare: (a: RowRef, b: RowRef) => number;
  private refs = new Uint32Array(0);
  private count = 0;

  constructor(compare: (a: RowRef, b: RowRef) => number) {
    this.compare = compare;
  }

  get length(): number {
    return this.count;
  }

  at(position: number): RowRef | undefined {
    return position < this.count ? this.refs[position] : undefined;
  }

  positionOf(ref: RowRef): number | undefined {
    const position = this.placeOf(ref);
    return this.at(position) === ref ? position : undefined;
  }

  /** Gives the position where the row stands now: as a rule the last one. It must not be there already. */
  insert(ref: RowRef): number {
    if (this.count === this.refs.length)
      this.refs = enlarged(this.refs, new Uint32Array(Math.max(FIRST_ROOM, Math.ceil(this.count * GROWTH))));
    const last = this.at(this.count - 1);
    const position = last === undefined || this.compare(last, ref) < 0 ? this.count : this.placeOf(ref);
    this.refs.copyWithin(position + 1, position, this.count);
    this.refs[position] = ref;
    this.count += 1;
    return position;
  }

  delete(position: number): void {
    this.refs.copyWithin(position, position + 1, this.count);
    this.count -= 1;
  }

  clear(): void {
    this.refs = new Uint32Array(0);
    this.count = 0;
  }

  /** The first position whose row does not stand before this one. */
  private placeOf(ref: RowRef): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(this.refs[middle] ?? 0, ref) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
