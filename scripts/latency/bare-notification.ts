import { nowUs } from '../bench/running-clock.ts';
import { waitFor } from '../wait-for.ts';
import type { LiveSession } from './live-session.ts';

/** The limit: a program that says when it was notified. */
const BARE_WATCHER = `
  const fs = require('node:fs');
  fs.watch(process.argv[1], () => {
    const at = process.hrtime.bigint() / 1000n;
    process.stdout.write(at + '\\n');
  });
  process.stdout.write('ready\\n');
`;

/** Starts it; each call then gives the milliseconds from an append to its notification. */
export async function startBareNotification(session: LiveSession): Promise<() => Promise<number>> {
  let heard: number[] = [];
  await session.startNode(['-e', BARE_WATCHER, session.bareFile], 'ready', (line) => heard.push(Number(line)));
  return async () => {
    heard = [];
    const at = nowUs();
    session.appendBare('{}\n');
    return ((await waitFor('the notification', () => heard[0])) - at) / 1000;
  };
}
