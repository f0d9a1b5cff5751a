import { errorText } from '../../core/common/error-text.ts';

/** What goes on beside the watch loop: its errors are told, and its end can be waited for. */
export class PendingWork {
  private readonly onIssue: (message: string) => void;
  private readonly pending = new Set<Promise<unknown>>();

  constructor(onIssue: (message: string) => void) {
    this.onIssue = onIssue;
  }

  add(work: Promise<unknown>): void {
    const tracked = work.catch((error) => this.onIssue(errorText(error))).finally(() => this.pending.delete(tracked));
    this.pending.add(tracked);
  }

  /** Waits for all of it, and for what it brought about. */
  async settle(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }
}
