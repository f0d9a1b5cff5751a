import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { waitFor } from '../../scripts/wait-for.ts';
import { ensureBuilt } from '../rig/build.ts';
import { CliWorkspace, processState, type WatchProcess } from '../rig/cli.ts';

beforeAll(ensureBuilt);

const KILLS = Number(process.env.AGENT_TRACE_TEST_KILLS ?? 20);
const SEED = Number(process.env.AGENT_TRACE_TEST_SEED ?? Date.now() % 1_000_000);

/** When what happens in one round, in milliseconds. */
const round = fc.record({
  /** From the first event to the call that breaks the rule. */
  breach: fc.nat(60),
  /** From that call to the end of the watcher. */
  kill: fc.oneof(fc.nat(15), fc.nat(150)),
  /** The next watcher is killed too, while it starts, after so long. */
  startKill: fc.option(fc.nat(400)),
  /** The way out is taken while nobody watches. */
  alone: fc.boolean(),
});

it.skipIf(process.platform !== 'linux')(
  `a watcher killed ${KILLS} times at random moments loses no event, leaves nobody frozen for good and nothing in the way of the next`,
  async () => {
    const workspace = new CliWorkspace();
    onTestFinished(() => workspace.dispose());
    workspace.writeRules({ name: 'secrets', condition: 'file_path matches "**/.env"', action: 'pause' });
    const isFrozen = (agent: ChildProcess) => processState(agent.pid ?? 0) === 'T';
    const written = new Map<string, number>();
    let watch = await workspace.watch();
    for (const [n, { breach, kill, startKill, alone }] of fc.sample(round, { numRuns: KILLS, seed: SEED }).entries()) {
      const said = `round ${n} of seed ${SEED}`;
      const agent = workspace.startSleeper();
      const session = workspace.session(`r${n}`, agent.pid);
      session.finish('Bash', { command: 'ls' });
      await sleep(breach);
      session.call('Read', { file_path: '.env' });
      await sleep(kill);
      await killHard(watch);
      session.finish('Bash', { command: 'while nobody watches' });
      written.set(session.id, 3);

      let wasFrozen = isFrozen(agent);
      if (wasFrozen && alone) await goesOn(agent);
      if (startKill !== null) {
        const short = workspace.watchUnder(['env']);
        await sleep(startKill);
        await killHard(short);
        wasFrozen ||= isFrozen(agent);
      }
      watch = await workspace.watch();
      // Carried out by one of them: what was decided and not done is decided anew.
      if (!wasFrozen)
        await waitFor(`${said}: the rule to stop the agent; ${watch.stdout}${watch.stderr}`, () => isFrozen(agent));
      if (isFrozen(agent)) await goesOn(agent);
      agent.kill('SIGKILL');

      async function goesOn(frozen: ChildProcess): Promise<void> {
        const resumed = await workspace.run('resume', session.id);
        expect(resumed, said).toMatchObject({ code: 0 });
        expect(isFrozen(frozen), said).toBe(false);
      }
    }
    await watch.stop();
    const list = JSON.parse((await workspace.run('list', '--json')).stdout) as {
      readonly session_id: string;
      readonly tool_calls: number;
    }[];
    expect(new Map(list.map(({ session_id, tool_calls }) => [session_id, tool_calls]))).toEqual(written);
  },
  60_000 + KILLS * 20_000,
);

async function killHard(watch: WatchProcess): Promise<void> {
  watch.child.kill('SIGKILL');
  await waitFor('the end of the watcher', () => watch.ended);
}
