import { setImmediate as turn } from 'node:timers/promises';
import { type DecodeIssue, isIssue, type Texts } from '../../common/trace/decode-event.ts';
import { decodeLine } from '../../common/trace/decode-line.ts';
import type { RawLine } from '../../common/trace/raw-line.ts';
import type { TraceEvent } from '../../common/trace/trace-event.ts';
import type { Checkpoint } from './checkpoint.ts';
import { FileTail } from './file-tail.ts';
import type { OpenTails } from './open-tails.ts';
import { type LineIssue, lineIssue, type SessionIssue } from './session-issue.ts';

/** Some milliseconds of work; what waits meanwhile is other sessions, a hook, a page. */
const BYTES_PER_TURN = 256 * 1024;
/** A write is over within milliseconds; whose newline is missing for this long was cut off. */
const HALF_LINE_MS = 2000;
const RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;
/** Broken lines told one by one. */
const MAX_BROKEN_LINES = 1000;

export interface SessionReaderOptions {
  /** Path of the session's `events.ndjson`. */
  readonly path: string;
  /** The store; what lies outside of it is not read. */
  readonly root?: string;
  /**
   * Gets each event in the order of the file, with the byte offset of its line. After the file was truncated, replaced
   * or rewritten, or when a newline was late, events come again with the same ids: count an id once. Must not throw.
   */
  readonly onEvent: (event: TraceEvent, offset: number) => void;
  readonly onIssue: (issue: SessionIssue) => void;
  /** Asked before each line; long texts are kept by default. */
  readonly texts?: () => Texts;
  readonly checkpoint?: Checkpoint;
  readonly openTails?: OpenTails;
  /** Milliseconds after which an unfinished last line is spoken of; 2000 by default. */
  readonly halfLineMs?: number;
  /** Milliseconds to the next attempt when the system does not let us read, then doubled; 1000 by default. */
  readonly retryMs?: number;
}

/** Reads the events of one session from the first byte on: file, lines, events. */
export class SessionReader {
  private readonly options: SessionReaderOptions;
  private readonly tail: FileTail;
  private draining: Promise<void> | undefined;
  private poked = false;
  private closed = false;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  /** Broken lines told already: a file that is read again holds them again. */
  private readonly told = new Set<string>();
  private half: DecodeIssue | undefined;

  constructor(options: SessionReaderOptions) {
    this.options = options;
    this.tail = new FileTail({
      path: options.path,
      ...(options.root === undefined ? {} : { root: options.root }),
      ...(options.checkpoint ? { checkpoint: options.checkpoint } : {}),
      ...(options.openTails ? { openTails: options.openTails } : {}),
      maxBytesPerRead: BYTES_PER_TURN,
      onLine: (line) => this.accept(line),
      onIssue: options.onIssue,
    });
  }

  /**
   * Reads to the end of the file, giving the event loop its turn every few milliseconds. Resolves when everything that
   * was there at the call is handed on. A call while it reads leads to one more pass, so that nothing is missed by
   * calling at every change.
   */
  drain(): Promise<void> {
    this.poked = true;
    this.draining ??= this.run();
    return this.draining;
  }

  /** `drain`, for a file that nobody writes to any more: a last line without its newline is taken as it is. */
  async drainWhole(): Promise<void> {
    await this.drain();
    this.acceptUnfinished();
  }

  /** Where to go on in another run; undefined while there is no file. */
  checkpoint(): Checkpoint | undefined {
    return this.tail.checkpoint();
  }

  /** Share of the file that has been read, 0 to 1; 0 as long as nothing is known of it. */
  get readShare(): number {
    return this.tail.readShare;
  }

  /** Ends reading, also a drain under way. */
  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.tail.close();
  }

  private async run(): Promise<void> {
    // First of all `draining` has to be set: what is called from here may call `drain`.
    await undefined;
    clearTimeout(this.timer);
    try {
      while (this.poked && !this.closed) {
        this.poked = false;
        while (!this.closed && this.tail.poll() === 'more') await turn();
      }
    } finally {
      // Nothing is awaited between the last look at `poked` and this: no call gets lost between the two.
      this.draining = undefined;
      if (this.closed) this.tail.close();
    }
    if (!this.closed) this.comeBack();
  }

  /** Nobody tells when a file can be read after all, or that a line will never be finished. */
  private comeBack(): void {
    this.failures = this.tail.isUnreadable ? this.failures + 1 : 0;
    if (this.failures > 0) {
      const delay = Math.min(MAX_RETRY_MS, (this.options.retryMs ?? RETRY_MS) * 2 ** (this.failures - 1));
      this.timer = setTimeout(() => void this.drain(), delay).unref();
    } else if (this.tail.unfinished) {
      this.timer = setTimeout(() => this.acceptUnfinished(), this.options.halfLineMs ?? HALF_LINE_MS).unref();
    }
  }

  private accept(line: RawLine, kind: LineIssue['kind'] = 'broken-line'): void {
    for (const decoded of decodeLine(line, this.options.texts?.())) {
      if (isIssue(decoded)) this.tell(kind, decoded, line.number ?? 0);
      else this.options.onEvent(decoded, line.offset);
    }
  }

  /** A JSON object is whole or it does not parse: what does parse is an event whose newline alone is missing. */
  private acceptUnfinished(): void {
    const line = this.tail.unfinished;
    if (line && !this.draining) this.accept(line, 'half-line');
  }

  private tell(kind: LineIssue['kind'], issue: DecodeIssue, line: number): void {
    // A half line does not become news by growing, nor by being ended at last.
    const { half } = this;
    if (half && half.offset === issue.offset && issue.excerpt.startsWith(half.excerpt)) return;
    if (kind === 'half-line') this.half = issue;
    const key = `${issue.offset} ${issue.excerpt}`;
    if (this.told.has(key) || this.told.size > MAX_BROKEN_LINES) return;
    this.told.add(key);
    const last = this.told.size > MAX_BROKEN_LINES;
    this.options.onIssue(lineIssue(last ? 'more-broken-lines' : kind, this.options.path, line, issue));
  }
}
