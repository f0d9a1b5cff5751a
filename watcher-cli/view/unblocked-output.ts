import { write, writeSync } from 'node:fs';
import type { ViewOutput } from './view.ts';

interface Pending {
  readonly bytes: Buffer;
  readonly done: () => void;
}

/** What a frame may have switched off when it is cut in the middle. */
const RESTORE = '\x1b[?2026l\x1b[?7h\x1b[?25h\r\n';
/** Milliseconds before another try when the descriptor takes nothing. */
const RETRY_MS = 20;

/**
 * Writes to a terminal without waiting for it. Node writes to terminals synchronously: while one is stopped with Ctrl-S,
 * or a program before it does not read, nothing else would run, no rule would be enforced. Here a thread waits instead.
 */
export class UnblockedOutput implements ViewOutput {
  private readonly stream: NodeJS.WriteStream & { readonly fd: number };
  private readonly queue: Pending[] = [];
  private readonly errorListeners = new Set<(error: Error) => void>();
  private busy = false;
  private broken = false;
  private readonly onExit = () => {
    if (this.busy && !this.broken && this.isTTY) writeSync(this.stream.fd, RESTORE);
  };

  constructor(stream: NodeJS.WriteStream & { readonly fd: number }) {
    this.stream = stream;
    process.on('exit', this.onExit);
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

  write(text: string, done: () => void = () => {}): void {
    this.queue.push({ bytes: Buffer.from(text), done });
    if (!this.busy) this.next();
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

  private next(): void {
    const pending = this.queue.shift();
    if (pending) this.writeFrom(pending, 0);
    else this.busy = false;
  }

  private writeFrom(pending: Pending, from: number): void {
    const { bytes, done } = pending;
    this.busy = true;
    if (this.broken || from >= bytes.length) {
      done();
      this.next();
      return;
    }
    write(this.stream.fd, bytes, from, bytes.length - from, null, (error, written) => {
      // Someone has made the descriptor non-blocking, and it is full.
      if (error?.code === 'EAGAIN') setTimeout(() => this.writeFrom(pending, from), RETRY_MS);
      else {
        if (error) this.fail(error);
        this.writeFrom(pending, from + written);
      }
    });
  }

  private fail(error: Error): void {
    this.broken = true;
    for (const listener of this.errorListeners) listener(error);
  }
}
