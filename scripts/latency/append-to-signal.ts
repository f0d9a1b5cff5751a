import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { registerSession } from '../bench/register-session.ts';
import { root } from '../steps.ts';
import { waitFor } from '../wait-for.ts';
import { LiveSession } from './live-session.ts';
import { inTurn, type Samples } from './samples.ts';

const DEADLINE_MS = 10_000;
const SETTLE_MS = 20;

/** The limit: as little as a program can do between a notification and a signal. */
const BARE_WATCHER = `
  const fs = require('node:fs');
  const [file, pid] = process.argv.slice(1);
  fs.watch(file, () => process.kill(Number(pid), 'SIGSTOP'));
  process.stdout.write('ready');
`;

/**
 * From the append of an event that breaks a rule to a process that is found stopped, through the real watcher; beside it
 * a program that does nothing but wait for `fs.watch` and send SIGSTOP.
 */
export async function appendToSignal(rounds: number): Promise<Samples> {
  const session = new LiveSession();
  try {
    const rules = [{ name: 'breach', condition: 'command matches "breach*"', action: 'pause' }];
    writeFileSync(path.join(session.workspace, '.watch-rules.json'), JSON.stringify({ rules }));
    const target = session.start('sleep', ['3600']);
    const bareTarget = session.start('sleep', ['3600']);
    registerSession(session.runtimeDir, session.store, session.id, target);
    await session.startNode(['-e', BARE_WATCHER, session.bareFile, String(bareTarget)], 'ready');
    let outcomes = 0;
    const cli = path.join(root, 'dist/agent-trace.cjs');
    await session.startNode([cli, 'watch', '--json'], 'watching ', (line) => {
      if (line.includes('"type":"outcome"')) outcomes += 1;
    });
    const line = (round: number) => session.line({ tool_name: 'Bash', arguments: { command: `breach ${round}` } });
    return await inTurn(
      rounds,
      (round) => untilStopped(bareTarget, () => session.appendBare(line(round))),
      async (round) => {
        const before = outcomes;
        const append = () => session.append(line(round));
        // The watcher still reads states back; continuing the process under it would make it signal again.
        return untilStopped(target, append, () => waitFor('the outcome', () => outcomes > before));
      },
    );
  } finally {
    session.close();
  }
}

/**
 * Milliseconds from `act` to the moment the process is found stopped; leaves it running again, once `isDone` resolves.
 */
async function untilStopped(
  pid: number,
  act: () => void,
  isDone: () => Promise<unknown> = async () => {},
): Promise<number> {
  const started = performance.now();
  act();
  while (!isStopped(pid)) {
    if (performance.now() - started > DEADLINE_MS)
      throw new Error(`process ${pid} was not stopped in ${DEADLINE_MS} ms`);
  }
  const took = performance.now() - started;
  await isDone();
  await sleep(SETTLE_MS);
  process.kill(pid, 'SIGCONT');
  while (isStopped(pid)) await sleep(1);
  await sleep(SETTLE_MS);
  return took;
}

function isStopped(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.charAt(stat.lastIndexOf(')') + 2) === 'T';
}
