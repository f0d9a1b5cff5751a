import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliOptions, runCli, startWatch, type WatchRun } from '../claude/watcher.ts';
import type { Cleanups } from '../cleanups.ts';
import type { AgentCli } from './agent-cli.ts';
import { RecordedAgent } from './recorded-agent.ts';
import type { Step } from './scripted-model.ts';

/** An agent at work whose hooks ask a watcher. */
export interface GuardedAgent {
  readonly running: RecordedAgent;
  /** The one that was there before the agent started. */
  readonly watch: WatchRun;
  /** Starts another one by the same rules. */
  watchAgain(): Promise<WatchRun>;
}

/** Sets up the agent's hooks and starts a watcher by `policy` (a rule file's content), then the agent. */
export async function startGuarded(
  cli: AgentCli,
  steps: readonly Step[],
  policy: object,
  cleanups: Cleanups,
): Promise<GuardedAgent> {
  let watchAgain: (() => Promise<WatchRun>) | undefined;
  let watch: WatchRun | undefined;
  const running = await startHooked(cli, steps, policy, cleanups, {
    before: async (place) => {
      watchAgain = () => startReady(place, cleanups);
      watch = await watchAgain();
    },
  });
  if (!watch || !watchAgain) throw new Error('the agent was started without a watcher');
  return { running, watch, watchAgain };
}

/** Starts the agent as `startGuarded` does, but without a watcher; or with one that is killed before. */
export function startUnwatched(
  cli: AgentCli,
  steps: readonly Step[],
  policy: object,
  cleanups: Cleanups,
  { killed = false, more = [] }: { readonly killed?: boolean; readonly more?: readonly string[] } = {},
): Promise<RecordedAgent> {
  return startHooked(cli, steps, policy, cleanups, {
    more,
    before: async (place) => {
      if (killed) process.kill((await startReady(place, cleanups)).pid, 'SIGKILL');
    },
  });
}

async function startHooked(
  cli: AgentCli,
  steps: readonly Step[],
  policy: object,
  cleanups: Cleanups,
  { before, more = [] }: { readonly before: (place: CliOptions) => Promise<void>; readonly more?: readonly string[] },
): Promise<RecordedAgent> {
  return RecordedAgent.start(cli, steps, cleanups, {
    recorded: false,
    sharesHome: true,
    more: [...(cli.hooks?.args ?? []), ...more],
    beforeStart: async (place) => {
      const done = await runCli(place, 'setup', ...(cli.hooks?.setup ?? []));
      if (done.code !== 0) throw new Error(`agent-trace setup failed: ${done.stderr}`);
      writeFileSync(join(place.workspace, '.watch-rules.json'), JSON.stringify(policy));
      await before(place);
    },
  });
}

async function startReady(place: CliOptions, cleanups: Cleanups): Promise<WatchRun> {
  const watch = await startWatch(place);
  cleanups.add(watch.stop);
  await watch.ready();
  return watch;
}
