import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs } from '../bench/running-clock.ts';
import { waitFor } from '../wait-for.ts';
import { startBareNotification } from './bare-notification.ts';
import { LiveSession } from './live-session.ts';
import { inTurn, type Samples } from './samples.ts';

/** An agent's events are not so close; closer ones are shown together. */
const PAUSE_MS = 70;

/**
 * From the append of a call to the status model that counts it, with the extension's model in a process of its own;
 * beside it a program that says when it was notified.
 */
export async function appendToStatus(rounds: number): Promise<Samples> {
  const session = new LiveSession();
  try {
    const bare = await startBareNotification(session);
    const seen = new Map<number, number>();
    const program = path.join(import.meta.dirname, 'status-process.ts');
    await session.startNode([program, session.store, session.runtimeDir], 'calls', (line) => {
      const [, calls, at] = /^(\d+) calls? (\d+)$/.exec(line) ?? [];
      if (calls !== undefined && !seen.has(Number(calls))) seen.set(Number(calls), Number(at));
    });
    let calls = 0;
    return await inTurn(rounds, bare, async () => {
      await sleep(PAUSE_MS);
      calls += 1;
      const line = session.line({ tool_name: 'Bash', arguments: { command: 'true' } });
      const at = nowUs();
      session.append(line);
      return ((await waitFor('the status to change', () => seen.get(calls))) - at) / 1000;
    });
  } finally {
    session.close();
  }
}
