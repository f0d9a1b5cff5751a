import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { SessionLine } from '../../../core/common/view/session-line.ts';
import type { StreamLine } from '../../../core/common/view/stream-line.ts';
import { TerminalView } from '../../../watcher-cli/view/terminal-view.ts';
import { unblockedOutput } from '../../../watcher-cli/view/unblocked-output.ts';

export interface ViewCommand {
  readonly update?: readonly SessionLine[];
  readonly print?: readonly StreamLine[];
  readonly end?: 'close' | 'throw';
}

/** A program: a view on its stdout that does what it is told over a socket, a line of JSON each, answered by `ok`. */
const [socketPath = ''] = process.argv.slice(2);
const view = new TerminalView({
  output: unblockedOutput(process.stdout),
  env: process.env,
  now: () => Date.now() / 1000,
});

const server = createServer((socket) => {
  createInterface({ input: socket }).on('line', async (text) => {
    const command: ViewCommand = JSON.parse(text);
    if (command.update) view.update(command.update);
    for (const line of command.print ?? []) view.print(line);
    socket.write('ok\n');
    if (command.end === 'throw') throw new Error('the program fails');
    if (command.end !== 'close') return;
    await view.close();
    socket.destroy();
    server.close();
  });
});
server.listen(socketPath);
