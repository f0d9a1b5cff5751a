import type { SessionLine } from '../../core/common/view/session-line.ts';
import type { StreamLine } from '../../core/common/view/stream-line.ts';

/** Where `watch` shows what happens. */
export interface View {
  /** The sessions as they are now, in the order to be shown. */
  update(sessions: readonly SessionLine[]): void;
  print(line: StreamLine): void;
  /** Resolves when everything has been written. */
  close(): Promise<void>;
}

/** A stream to write to; `process.stdout` is one. */
export interface ViewOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Calls `done` when the text has left, or cannot leave any more. */
  write(text: string, done: () => void): unknown;
  on(event: 'resize', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}
