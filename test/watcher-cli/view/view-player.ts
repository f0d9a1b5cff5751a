import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { waitFor } from '../../../scripts/wait-for.ts';
import type { ViewCommand } from './play-view.ts';

/** Tells a running `play-view.ts` what to show. */
export class ViewPlayer {
  private readonly socket: Socket;
  private answers = 0;
  private told = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    createInterface({ input: socket }).on('line', () => {
      this.answers += 1;
    });
    socket.on('error', () => {});
  }

  static async connect(socketPath: string): Promise<ViewPlayer> {
    const socket = await waitFor('the program to listen', () => open(socketPath));
    return new ViewPlayer(socket);
  }

  /** Returns when the program has taken it; that it is shown is another matter. */
  async tell(command: ViewCommand): Promise<void> {
    this.told += 1;
    this.socket.write(`${JSON.stringify(command)}\n`);
    await waitFor(`the answer to ${JSON.stringify(command).slice(0, 80)}`, () => this.answers >= this.told);
  }

  dispose(): void {
    this.socket.destroy();
  }
}

function open(socketPath: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(socketPath);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
