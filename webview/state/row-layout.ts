import type { PlacedRow } from './page-state.ts';

/** CSS pixels of a closed row: as high as the rows of the editor's own lists. */
export const ROW_HEIGHT = 22;
/** Until an open row's detail has been measured. */
const DETAIL_ESTIMATE = 96;
/** More are hardly open on purpose, and each is laid out when it is in sight. */
const MOST_OPEN = 100;

interface OpenRow extends PlacedRow {
  /** Pixels below the row itself. */
  height: number;
}

/** Where rows lie: all are equally high but for the open ones. Pixels from the top of the list. */
export class RowLayout {
  /** In order of position. */
  private open: OpenRow[] = [];

  get openRows(): readonly Readonly<OpenRow>[] {
    return this.open;
  }

  /** Of the detail of an open row; 0 when it is closed. */
  detailHeight(position: number): number {
    return this.open.find((row) => row.position === position)?.height ?? 0;
  }

  isOpen(position: number): boolean {
    return this.open.some((row) => row.position === position);
  }

  /** With the height that its detail had, where that is known. */
  openAt({ position, id }: PlacedRow, height: number = DETAIL_ESTIMATE): void {
    this.close(position);
    if (this.open.length >= MOST_OPEN) this.open.shift();
    this.open.push({ position, id, height });
    this.open.sort((a, b) => a.position - b.position);
  }

  close(position: number): void {
    this.open = this.open.filter((row) => row.position !== position);
  }

  closeAll(): void {
    this.open = [];
  }

  /** Gives by how much the row has grown, negative when it has shrunk. */
  measured(position: number, height: number): number {
    const row = this.open.find((row) => row.position === position);
    if (!row) return 0;
    const growth = height - row.height;
    row.height = height;
    return growth;
  }

  /** Also the height of a list of `position` rows. */
  topOf(position: number): number {
    let top = position * ROW_HEIGHT;
    for (const row of this.open) {
      if (row.position >= position) break;
      top += row.height;
    }
    return top;
  }

  /** The row at this many pixels from the top; may lie beyond the last. */
  positionAt(top: number): number {
    let above = 0;
    for (const row of this.open) {
      const detailTop = (row.position + 1) * ROW_HEIGHT + above;
      if (top < detailTop) break;
      if (top < detailTop + row.height) return row.position;
      above += row.height;
    }
    return Math.max(0, Math.floor((top - above) / ROW_HEIGHT));
  }
}
