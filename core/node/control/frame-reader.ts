import type { Socket } from 'node:net';
import { AbstractMessageReader, type DataCallback, type Disposable, type MessageReader } from 'vscode-jsonrpc/node';
import { parseJson } from '../../common/json.ts';

/** What to do with a message that is well-formed JSON: hand it on, pass over it, or end the connection. */
export type Verdict = 'deliver' | 'skip' | 'refuse';

export interface FrameReaderOptions {
  readonly socket: Socket;
  /** Longest message taken, in bytes. */
  readonly maxBytes: number;
  readonly judge: (message: unknown) => Verdict;
}

const MAX_HEADER_BYTES = 1024;
const HEADER_END = Buffer.from('\r\n\r\n');

/**
 * Reads `Content-Length` frames from a peer that may send anything. The library's own reader believes any length, keeps
 * what it cannot parse for ever and takes negative lengths; here the first thing out of order ends the connection, and
 * never more than one message is kept.
 */
export class FrameReader extends AbstractMessageReader implements MessageReader {
  private readonly options: FrameReaderOptions;
  private readonly header = Buffer.alloc(MAX_HEADER_BYTES);
  private headerBytes = 0;
  private body: Buffer | undefined;
  private bodyBytes = 0;

  constructor(options: FrameReaderOptions) {
    super();
    this.options = options;
  }

  listen(callback: DataCallback): Disposable {
    const { socket } = this.options;
    const onData = (chunk: Buffer) => this.read(chunk, callback);
    socket.on('data', onData);
    socket.on('error', (error) => this.fireError(error));
    socket.on('close', () => this.fireClose());
    return { dispose: () => socket.off('data', onData) };
  }

  private read(chunk: Buffer, callback: DataCallback): void {
    const { socket } = this.options;
    let at = 0;
    while (at < chunk.length && !socket.destroyed) {
      at += this.body ? this.readBody(this.body, chunk, at) : this.readHeader(chunk, at);
      if (this.body && this.bodyBytes === this.body.length) {
        const body = this.body;
        this.body = undefined;
        this.deliver(body, callback);
      }
    }
  }

  /** Bytes taken from the chunk. */
  private readHeader(chunk: Buffer, at: number): number {
    const before = this.headerBytes;
    const taken = chunk.copy(this.header, before, at);
    this.headerBytes += taken;
    const end = this.header.subarray(0, this.headerBytes).indexOf(HEADER_END);
    if (end < 0) {
      if (this.headerBytes === MAX_HEADER_BYTES) this.refuse('no end of the header');
      return taken;
    }
    this.headerBytes = 0;
    const length = /^content-length: *(\d{1,10})$/im.exec(this.header.toString('latin1', 0, end).replaceAll('\r', ''));
    const bytes = Number(length?.[1]);
    if (!(bytes > 0)) this.refuse('no length in the header');
    else if (bytes > this.options.maxBytes) this.refuse(`a message of ${bytes} bytes`);
    else {
      this.body = Buffer.allocUnsafe(bytes);
      this.bodyBytes = 0;
    }
    return end + HEADER_END.length - before;
  }

  private readBody(body: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(body, this.bodyBytes, at);
    this.bodyBytes += taken;
    return taken;
  }

  private deliver(body: Buffer, callback: DataCallback): void {
    const message = parseJson(body.toString('utf8'));
    const verdict = this.options.judge(message);
    if (verdict === 'refuse') this.refuse('a message that does not belong here');
    // Judged to be a JSON-RPC message; the library's type cannot be had without a cast.
    else if (verdict === 'deliver') callback(message as Parameters<DataCallback>[0]);
  }

  private refuse(what: string): void {
    this.fireError(new Error(`the peer sent ${what}`));
    this.options.socket.destroy();
  }
}
