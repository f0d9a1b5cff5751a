import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { encodeEvent, type TraceEvent } from '../../common/trace/trace-event.ts';
import { AgentTraceError } from '../agent-trace-error.ts';
import type { FileIdentity } from '../tail/open-regular-file.ts';
import type { SessionFolder } from './open-store.ts';

export const EVENTS_FILE = 'events.ndjson';

const NEWLINE = 0x0a;
/** Lines that go into one write when many are at hand. */
const BATCH_BYTES = 1024 * 1024;
/** O_NONBLOCK: a FIFO in the file's place must not hold up the agent. Windows has neither of the last two. */
const APPEND =
  constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Appends to `events.ndjson` of one session. One event is one write on an O_APPEND descriptor: on a local file system
 * any number of processes may append at once, and lines are neither torn nor lost.
 */
export class EventLog {
  private readonly path: string;
  private readonly fd: number;

  /** Makes the file (0600) when it is not there; a link is not followed. Throws the system's error, or `refused`. */
  constructor(session: Pick<SessionFolder, 'path'>) {
    this.path = join(session.path, EVENTS_FILE);
    this.fd = openSync(this.path, APPEND, 0o600);
    if (!fstatSync(this.fd).isFile()) {
      closeSync(this.fd);
      throw new AgentTraceError('refused', `${this.path} is not a file, nothing is written there; remove it`);
    }
  }

  /**
   * The event must have gone through `storableEvent`. Throws the system's error, and an error of ours when only part of
   * the line could be written (full disk); the next append puts an end to such a part, so only this event is lost.
   */
  append(event: TraceEvent): void {
    this.write(encodeEvent(event));
  }

  /**
   * Appends events of which none is urgent, a megabyte or so with each write: whole lines in one write are as safe from
   * other writers, and they from it, as one long line. When a write falls short, what follows in it is lost too. Gives
   * what was written.
   */
  appendAll(events: Iterable<TraceEvent>): readonly Buffer[] {
    const written: Buffer[] = [];
    let lines = '';
    for (const event of events) {
      lines += encodeEvent(event);
      if (lines.length < BATCH_BYTES) continue;
      written.push(this.write(lines));
      lines = '';
    }
    if (lines !== '') written.push(this.write(lines));
    return written;
  }

  /** The file as it is now; `size`: bytes. */
  get file(): FileIdentity & { readonly size: number } {
    const { dev, ino, size } = fstatSync(this.fd, { bigint: true });
    return { dev: String(dev), ino: String(ino), size: Number(size) };
  }

  close(): void {
    closeSync(this.fd);
  }

  private write(lines: string): Buffer {
    const bytes = Buffer.from(`${this.endsInsideLine() ? '\n' : ''}${lines}`, 'latin1');
    const written = writeSync(this.fd, bytes);
    if (written < bytes.length) {
      throw new AgentTraceError('internal', `${this.path}: only ${written} of ${bytes.length} bytes could be written`);
    }
    return bytes;
  }

  /**
   * True when an earlier write was cut short. Also true while another process is in the middle of a long write; then
   * ours, which waits for that one, leaves an empty line, and readers pass over those.
   */
  private endsInsideLine(): boolean {
    const { size } = fstatSync(this.fd);
    if (size === 0) return false;
    const last = Buffer.alloc(1);
    return readSync(this.fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
  }
}
