import { write } from 'node:fs';
import type { ViewOutput } from './view.ts';

interface Pending {
  readonly bytes: Buffer;
  readonly done: () => void;
}

/** Milliseconds between two writes: to wake the thread that writes costs several times what it takes to make a line. */
const PAUSE_MS = 8;

/** Milliseconds before another try when the descriptor takes nothing. */
const RETRY_MS = 20;

type FileStream = NodeJS.WriteStream & { readonly fd: number };

/** The stream without waiting; on Windows the stream itself, whose console takes no bytes but from Node's own writer. */
export function unblockedOutput(stream: FileStream): ViewOutput {
  return process.platform === 'win32' ? stream : new UnblockedOutput(stream);
}

/**
 * Writes to a terminal without waiting for it. Node writes to terminals synchronously: while one is stopped with Ctrl-S,
 * nothing else would run, no rule would be enforced. Here a thread waits instead. A process that exits meanwhile waits for
 * that thread, so no frame is cut in the middle.
 */
class UnblockedOutput implements ViewOutput {
  private readonly stream: FileStream;
  private readonly queue: Pending[] = [];
  private readonly errorListeners = new Set<(error: Error) => void>();
  private busy = false;
  private broken = false;

  constructor(stream: FileStream) {
    this.stream = stream;
  }

  get isTTY(): boolean {
    return this.stream.isTTY === true;
  }

  get columns(): number {
    return this.stream.columns;
  }

  get rows(): number {
    return this.stream.rows;
  }

  write(text: string, done: () => void): void {
    this.queue.push({ bytes: Buffer.from(text), done });
    if (this.busy) return;
    this.busy = true;
    this.next();
  }

  on(event: 'resize', listener: () => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'resize' | 'error', listener: (error: Error) => void): void {
    if (event === 'error') this.errorListeners.add(listener);
    else this.stream.on('resize', listener);
  }

  off(event: 'resize', listener: () => void): void;
  off(event: 'error', listener: (error: Error) => void): void;
  off(event: 'resize' | 'error', listener: (error: Error) => void): void {
    if (event === 'error') this.errorListeners.delete(listener);
    else this.stream.off('resize', listener);
  }

  /** Writes all that waits, in one piece. */
  private next(): void {
    const batch = this.queue.splice(0);
    if (batch.length === 0) {
      this.busy = false;
      return;
    }
    const bytes = Buffer.concat(batch.map((pending) => pending.bytes));
    this.writeFrom(bytes, 0, () => {
      for (const { done } of batch) done();
      setTimeout(() => this.next(), PAUSE_MS);
    });
  }

  private writeFrom(bytes: Buffer, from: number, done: () => void): void {
    if (this.broken || from >= bytes.length) {
      // Never within `write` of ours: who writes does not expect to be called back before it returns.
      setImmediate(done);
      return;
    }
    write(this.stream.fd, bytes, from, bytes.length - from, null, (error, written) => {
      // Someone has made the descriptor non-blocking, and it is full.
      if (error?.code === 'EAGAIN') setTimeout(() => this.writeFrom(bytes, from, done), RETRY_MS);
      else {
        if (error) this.fail(error);
        this.writeFrom(bytes, from + written, done);
      }
    });
  }

  private fail(error: Error): void {
    this.broken = true;
    for (const listener of this.errorListeners) listener(error);
  }
}
