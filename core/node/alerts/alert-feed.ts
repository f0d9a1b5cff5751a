import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { parseJson } from '../../common/json.ts';
import type { Alert } from '../../common/protocol/alert.ts';
import { decodeAlert } from '../../common/protocol/decode-alert.ts';
import type { RawLine } from '../../common/trace/raw-line.ts';
import { FileTail } from '../tail/file-tail.ts';
import { ALERTS_FILE } from './alert-log.ts';

/** The newest are kept; a store has a few of them a session. */
const KEPT_ALERTS = 10_000;

export interface AlertFeedOptions {
  /** Path of the store; it need not exist. */
  readonly store: string;
  /** Gets each alert once, in the order of the file, those of the past first. */
  readonly onAlert: (alert: Alert) => void;
  readonly onIssue: (message: string) => void;
}

/** The alerts of a store from its first one on: what the file holds, and what its watcher says before it is read there. */
export class AlertFeed {
  private readonly options: AlertFeedOptions;
  private readonly tail: FileTail;
  /** By their JSON, oldest first. */
  private readonly known = new Map<string, Alert>();
  private draining: Promise<void> | undefined;
  private poked = false;
  private closed = false;

  constructor(options: AlertFeedOptions) {
    this.options = options;
    this.tail = new FileTail({
      path: join(options.store, ALERTS_FILE),
      root: options.store,
      onLine: (line) => this.acceptLine(line),
      onIssue: (issue) => options.onIssue(issue.message),
    });
  }

  /** Oldest first; at most the newest 10,000. */
  get alerts(): readonly Alert[] {
    return [...this.known.values()];
  }

  /** To be called when the file may have changed. Resolves when all that was in it at the call has been handed on. */
  drain(): Promise<void> {
    this.poked = true;
    this.draining ??= this.run();
    return this.draining;
  }

  /** An alert that came by another way. The file has it too, unless it cannot be written. */
  receive(alert: Alert): void {
    // As the file's are decoded: their fields have one order, by which two are told to be the same.
    const decoded = decodeAlert(alert);
    void this.drain().then(() => decoded && this.accept(decoded));
  }

  close(): void {
    this.closed = true;
    this.tail.close();
  }

  private async run(): Promise<void> {
    await undefined;
    while (this.poked && !this.closed) {
      this.poked = false;
      while (!this.closed && this.tail.poll() === 'more') await turn();
    }
    this.draining = undefined;
    if (this.closed) this.tail.close();
  }

  private acceptLine({ bytes, length }: RawLine): void {
    if (bytes.length < length) return;
    const alert = decodeAlert(parseJson(Buffer.from(bytes).toString('utf8')));
    if (alert) this.accept(alert);
  }

  private accept(alert: Alert): void {
    const key = JSON.stringify(alert);
    if (this.closed || this.known.has(key)) return;
    this.known.set(key, alert);
    const [oldest] = this.known.keys();
    if (this.known.size > KEPT_ALERTS && oldest !== undefined) this.known.delete(oldest);
    this.options.onAlert(alert);
  }
}
