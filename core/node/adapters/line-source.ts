import type { NativeFacts, NativeParser } from '../../common/adapters/native-parser.ts';
import { sliceRecords } from '../../common/adapters/slice-records.ts';
import type { RawLine } from '../../common/trace/raw-line.ts';
import type { TraceEvent } from '../../common/trace/trace-event.ts';
import type { Checkpoint } from '../tail/checkpoint.ts';
import { FileTail } from '../tail/file-tail.ts';
import type { NativeIssue, NativeRead, NativeSource } from './native-agent.ts';

/** Broken lines of one file that are told one by one. */
const MAX_BROKEN_LINES = 100;

export interface LineSourceOptions {
  readonly path: string;
  /** Makes the parser of the file: at first, and when the file was truncated or replaced. */
  readonly parser: () => NativeParser;
  readonly onIssue: NativeIssue;
  /** Bytes that one `read` reads at most; 1 MiB by default. */
  readonly maxBytesPerRead?: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: false });

/**
 * A session kept as lines of JSON in one growing file. Half lines are waited for; broken ones are told once, with file
 * and line, and passed over; whole records behind a broken piece on the same line count.
 */
export class LineSource implements NativeSource {
  private readonly options: LineSourceOptions;
  private readonly tail: FileTail;
  private parser: NativeParser;
  private events: TraceEvent[] = [];
  /** Offsets and beginnings of the broken lines told. */
  private readonly told = new Set<string>();

  constructor(options: LineSourceOptions) {
    this.options = options;
    this.parser = options.parser();
    this.tail = new FileTail({
      path: options.path,
      ...(options.maxBytesPerRead === undefined ? {} : { maxBytesPerRead: options.maxBytesPerRead }),
      onLine: (line) => this.accept(line),
      onIssue: (issue) => {
        // Read anew from its start: what the parser remembers is of lines that come again, or that are no more.
        if (issue.kind === 'truncated' || issue.kind === 'replaced' || issue.kind === 'removed') {
          this.parser = options.parser();
        }
        options.onIssue(issue.message);
      },
    });
  }

  get facts(): NativeFacts {
    return this.parser.facts;
  }

  read(): NativeRead {
    const more = this.tail.poll() === 'more';
    const { events } = this;
    this.events = [];
    return { events, more };
  }

  checkpoint(): Checkpoint | undefined {
    return this.tail.checkpoint();
  }

  close(): void {
    this.tail.close();
  }

  private accept(line: RawLine): void {
    if (line.bytes.length < line.length) {
      this.tell(line, 'longer than any record', '');
      return;
    }
    const text = utf8.decode(line.bytes);
    const events = this.parser.push(text, line.offset);
    if (events) {
      this.events.push(...events);
      return;
    }
    this.tell(line, 'not a JSON object', text.slice(0, 80));
    for (const { text: record, offset } of sliceRecords(text)) {
      this.events.push(...(this.parser.push(record, line.offset + offset) ?? []));
    }
  }

  private tell(line: RawLine, reason: string, excerpt: string): void {
    const key = `${line.offset} ${excerpt}`;
    if (this.told.has(key) || this.told.size > MAX_BROKEN_LINES) return;
    this.told.add(key);
    const last = this.told.size > MAX_BROKEN_LINES ? ', as are all further broken lines' : '';
    this.options.onIssue(
      `${this.options.path} line ${line.number} (byte ${line.offset}): passed over, ${reason}${last}`,
    );
  }
}
