import type { Socket } from 'node:net';
import { asRecord, parseJson } from '../../core/common/json.ts';
import { CONTROL_VERSION, MAX_MESSAGE_BYTES, type PendingCall } from '../../core/common/protocol/control.ts';
import { decodeVerdict, type Verdict } from '../../core/common/protocol/verdict.ts';
import type { Endpoint } from '../../core/node/control/endpoint-file.ts';

/**
 * Why there is no verdict. `late`: the watcher is there and did not answer in time; `gone`: nobody is there any more;
 * `too-long`: the calls are more than a watcher reads.
 */
export type NoVerdict = 'late' | 'gone' | 'too-long';

/** A verdict is some hundred bytes; what is longer is none. */
const MAX_ANSWER_BYTES = 64 * 1024;
const CHUNK_BYTES = 4096;
/**
 * Deadlines are counted in so many steps, so that time in which nothing of the hook could run (its tree was frozen, the
 * machine had none for it) counts as one step at the most.
 */
const STEPS = 15;
const HEADER_END = '\r\n\r\n';
const REQUEST = { hello: 1, judge: 2, release: 3 } as const;

/**
 * A hook's end of the control socket: says `hello`, hands over the call and waits for the verdict. A library would cost
 * more to load than all that a hook does, and so does `node:net`: it is loaded only now that a watcher is known.
 */
export class WatcherLine {
  private readonly socket: Socket;
  private received = Buffer.alloc(0);
  private settle: ((result: Verdict | NoVerdict) => void) | undefined;
  private isGone = false;
  private isTooLong = false;
  private isKnown = false;
  private readonly store: string;

  /** `calls`: of one session. */
  constructor(endpoint: Endpoint, calls: readonly PendingCall[]) {
    this.store = endpoint.store;
    // Into a buffer of our own: a stream's takes a process that has just started a millisecond.
    const onread = {
      buffer: Buffer.allocUnsafe(CHUNK_BYTES),
      callback: (length: number, buffer: Uint8Array): boolean => {
        this.receive(buffer.subarray(0, length));
        return true;
      },
    };
    this.socket = process.getBuiltinModule('node:net').createConnection({ path: endpoint.socket, onread });
    this.socket.on('error', () => this.lose());
    this.socket.on('close', () => this.lose());
    this.send('hello', { token: endpoint.token, version: CONTROL_VERSION });
    this.send('judge', { calls });
  }

  /** The verdict of the watcher; `late` after so many milliseconds. */
  verdict(deadlineMs: number): Promise<Verdict | NoVerdict> {
    return this.answer(deadlineMs);
  }

  /** After `hold`: what becomes of the call in the end. */
  release(deadlineMs: number): Promise<Verdict | NoVerdict> {
    this.send('release', {});
    return this.answer(deadlineMs);
  }

  private answer(deadlineMs: number): Promise<Verdict | NoVerdict> {
    if (this.isTooLong) return Promise.resolve('too-long');
    if (this.isGone) return Promise.resolve('gone');
    return new Promise((resolve) => {
      let left = STEPS;
      const timer = setInterval(() => {
        left -= 1;
        if (left <= 0) this.settle?.('late');
      }, deadlineMs / STEPS);
      this.settle = (result) => {
        clearInterval(timer);
        this.settle = undefined;
        resolve(result);
      };
    });
  }

  private send(method: keyof typeof REQUEST, params: object): void {
    const body = JSON.stringify({ jsonrpc: '2.0', id: REQUEST[method], method, params });
    const bytes = Buffer.byteLength(body);
    if (bytes > MAX_MESSAGE_BYTES) this.isTooLong = true;
    else this.socket.write(`Content-Length: ${bytes}${HEADER_END}${body}`);
  }

  /** `chunk` is good until this returns. */
  private receive(chunk: Uint8Array): void {
    this.received = Buffer.concat([this.received, chunk]);
    for (;;) {
      const end = this.received.indexOf(HEADER_END);
      const start = end + HEADER_END.length;
      const length = Number(
        /^content-length: *(\d+)$/im.exec(this.received.toString('latin1', 0, Math.max(0, end)))?.[1],
      );
      if (end < 0 ? this.received.length > MAX_ANSWER_BYTES : !(length <= MAX_ANSWER_BYTES)) this.lose();
      if (this.isGone || end < 0 || this.received.length < start + length) return;
      const message = parseJson(this.received.toString('utf8', start, start + length));
      this.received = this.received.subarray(start + length);
      this.accept(message);
    }
  }

  private accept(message: unknown): void {
    const answer = asRecord(message);
    if (answer?.id === REQUEST.hello) {
      this.isKnown = asRecord(answer.result)?.store === this.store;
      if (!this.isKnown) this.lose();
    } else if (answer?.id === REQUEST.judge || answer?.id === REQUEST.release) {
      const verdict = this.isKnown ? decodeVerdict(answer.result) : undefined;
      if (verdict) this.settle?.(verdict);
      else this.lose();
    }
  }

  private lose(): void {
    this.isGone = true;
    this.settle?.('gone');
    this.socket.destroy();
  }
}
