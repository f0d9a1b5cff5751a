import type { RowDetail } from '../../core/common/protocol/panel.ts';
import type { PlacedRow } from './page-state.ts';
import type { RowLayout } from './row-layout.ts';

/** What the open rows of a layout show below themselves. */
export class OpenDetails {
  private readonly layout: RowLayout;
  private readonly ask: (id: string) => void;
  private readonly details = new Map<string, RowDetail>();

  /** `ask`: has the host send a row's detail. */
  constructor(layout: RowLayout, ask: (id: string) => void) {
    this.layout = layout;
    this.ask = ask;
  }

  /** Undefined until it has arrived. */
  get(id: string): RowDetail | undefined {
    return this.details.get(id);
  }

  /** `height`: that the detail had, in pixels, where that is known. */
  open(row: PlacedRow, height?: number): void {
    this.layout.openAt(row, height);
    this.forgetClosed();
    this.ask(row.id);
  }

  close(position: number): void {
    this.layout.close(position);
    this.forgetClosed();
  }

  closeAll(): void {
    this.layout.closeAll();
    this.details.clear();
  }

  /** The row at this place turns out to be another one, or has changed. */
  check(position: number, id: string): void {
    const open = this.layout.openRows.find((each) => each.position === position);
    if (open && open.id !== id) this.close(position);
    else if (open) this.ask(id);
  }

  /** False when the row is no longer open. */
  put(detail: RowDetail): boolean {
    if (!this.layout.openRows.some((row) => row.id === detail.id)) return false;
    this.details.set(detail.id, detail);
    return true;
  }

  private forgetClosed(): void {
    const open = new Set(this.layout.openRows.map((row) => row.id));
    for (const id of this.details.keys()) if (!open.has(id)) this.details.delete(id);
  }
}
