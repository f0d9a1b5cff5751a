import { EventEmitter } from 'node:events';
import type { ViewOutput } from '../../../watcher-cli/view/view.ts';

/** An output whose reader is the test: keeps what is written, and takes the next text when it is told to. */
export class RecordedOutput extends EventEmitter implements ViewOutput {
  readonly isTTY: boolean;
  columns = 80;
  rows = 24;
  readonly written: string[] = [];
  /** When false, what is written is kept but not yet taken. */
  taking = true;
  private readonly held: (() => void)[] = [];

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  get text(): string {
    return this.written.join('');
  }

  write(text: string, done: () => void): void {
    this.written.push(text);
    if (this.taking) setImmediate(done);
    else this.held.push(done);
  }

  take(): void {
    this.taking = true;
    for (const done of this.held.splice(0)) done();
  }
}
