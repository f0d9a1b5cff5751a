import type { NativeFacts, NativeParser } from '../../../common/adapters/native-parser.ts';
import { LineSplitter } from '../../../common/trace/line-splitter.ts';
import type { TraceEvent } from '../../../common/trace/trace-event.ts';
import type { NativeIssue, NativeRead, NativeSource } from '../native-agent.ts';
import { unpackRollout } from './read-rollout.ts';

/** Bytes of text that one `read` goes through. */
const BYTES_PER_READ = 1024 * 1024;

/** A compressed rollout. Codex packs what has been at rest for long, and unpacks it before it goes on: read once. */
export class PackedSource implements NativeSource {
  private readonly path: string;
  private readonly parser: NativeParser;
  private readonly onIssue: NativeIssue;
  private readonly lines: LineSplitter;
  private rest: Buffer | undefined;
  private isOpen = false;
  private events: TraceEvent[] = [];

  constructor(path: string, parser: NativeParser, onIssue: NativeIssue) {
    this.path = path;
    this.parser = parser;
    this.onIssue = onIssue;
    this.lines = new LineSplitter(({ bytes, offset, number }) => {
      const events = parser.push(Buffer.from(bytes).toString('utf8'), offset);
      if (events) this.events.push(...events);
      else onIssue(`${path} line ${number} (byte ${offset}): passed over, not a JSON object`);
    });
  }

  get facts(): NativeFacts {
    return this.parser.facts;
  }

  read(): NativeRead {
    if (!this.isOpen) this.open();
    const chunk = this.rest?.subarray(0, BYTES_PER_READ);
    if (chunk) this.lines.push(chunk);
    this.rest = this.rest && this.rest.length > BYTES_PER_READ ? this.rest.subarray(BYTES_PER_READ) : undefined;
    const { events } = this;
    this.events = [];
    return { events, more: this.rest !== undefined };
  }

  close(): void {
    this.rest = undefined;
  }

  private open(): void {
    this.isOpen = true;
    const unpacked = unpackRollout(this.path);
    if (typeof unpacked === 'string') this.onIssue(`${this.path}: ${unpacked}`);
    else this.rest = unpacked;
  }
}
