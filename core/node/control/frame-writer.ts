import type { Socket } from 'node:net';
import { AbstractMessageWriter, type Message, type MessageWriter } from 'vscode-jsonrpc/node';

/**
 * Writes `Content-Length` frames, each in one piece. The library's own writer waits for every message to leave before it
 * hands the next one to the socket, and queues without bound behind a peer that does not read; here what waits is in the
 * socket's buffer, and a peer that lets more than `maxWaitingBytes` pile up is dropped.
 */
export class FrameWriter extends AbstractMessageWriter implements MessageWriter {
  private readonly socket: Socket;
  private readonly maxWaitingBytes: number;

  constructor(socket: Socket, maxWaitingBytes: number) {
    super();
    this.socket = socket;
    this.maxWaitingBytes = maxWaitingBytes;
  }

  /** Settles when the message has left; rejects when the connection is gone. */
  write(message: Message): Promise<void> {
    if (this.socket.writableLength > this.maxWaitingBytes) this.socket.destroy();
    const body = Buffer.from(JSON.stringify(message));
    const frame = Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`, 'latin1'), body]);
    return new Promise((resolve, reject) => {
      this.socket.write(frame, (error) => (error ? reject(error) : resolve()));
    });
  }

  end(): void {
    this.socket.end();
  }
}
