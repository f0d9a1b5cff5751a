/** What keeps a descriptor between polls and can give it back. */
export interface Closable {
  close(): void;
}

/** Far below what systems grant (1024 and more), far above the sessions that are busy at once. */
const MOST = 256;

/**
 * The descriptors that the tails of one program keep, so that they never take what it needs for anything else: a watcher
 * without a free descriptor cannot read the process table, and so stops nobody. Those unused for longest go first.
 */
export class OpenTails {
  /** Oldest use first. */
  private readonly open = new Set<Closable>();
  private most = MOST;

  /** Notes that a tail is open and was used just now. */
  use(tail: Closable): void {
    this.open.delete(tail);
    this.open.add(tail);
    this.shrinkTo(this.most);
  }

  /** Notes that a tail has closed by itself. */
  drop(tail: Closable): void {
    this.open.delete(tail);
  }

  /** The system has no descriptor left: half of the tails give theirs back, and so few are kept from now on. */
  makeRoom(): void {
    this.most = Math.max(1, Math.floor(this.open.size / 2));
    this.shrinkTo(this.most);
  }

  private shrinkTo(size: number): void {
    for (const tail of this.open) {
      if (this.open.size <= size) return;
      this.open.delete(tail);
      tail.close();
    }
  }
}
