import { errorText } from '../../core/common/error-text.ts';

/** Tells each issue once, and none when nobody listens any more. */
export class IssuesOnce {
  private readonly onIssue: (message: string) => void;
  private readonly told = new Set<string>();
  private closed = false;

  constructor(onIssue: (message: string) => void) {
    this.onIssue = onIssue;
  }

  tell(message: string): void {
    if (this.told.has(message) || this.closed) return;
    this.told.add(message);
    this.onIssue(message);
  }

  /** `what` cannot be recorded when the work fails. */
  attempt(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.tell(`${what} cannot be recorded: ${errorText(error)}`);
    }
  }

  close(): void {
    this.closed = true;
  }
}
