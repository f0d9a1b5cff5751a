import type { Alert } from '../../core/common/protocol/alert.ts';
import type { Ask } from '../../core/common/protocol/control.ts';
import type { TraceEvent } from '../../core/common/trace/trace-event.ts';

/** Where `watch` says what happens: the terminal's view, or JSON lines for programs. */
export interface WatchOutput {
  event(sessionId: string, event: TraceEvent): void;
  alert(alert: Alert): void;
  /** Something the user should know; `bad` when it is a mistake that needs doing something about. */
  note(text: string, tone: 'plain' | 'bad'): void;
  /** Calls that wait for the user's decision, the oldest first; told again whenever that changes. */
  asks(waiting: readonly Ask[]): void;
  /** The sessions' figures may have changed. */
  refresh(): void;
  /** Resolves when everything has been written. */
  close(): Promise<void>;
}
