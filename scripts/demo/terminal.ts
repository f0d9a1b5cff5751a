import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BRISK, Cast, CLI } from './cast.ts';
import { untilSignal } from './until-signal.ts';

const PAUSED_FOR_MS = 2_500;

/**
 * The whole loop in this terminal: the watcher follows the agent, pauses it by one rule and kills it by another, and
 * writes its postmortem. With `keep` the watcher goes on, and the workspace stays.
 */
export async function playInTerminal(keep: boolean): Promise<void> {
  const cast = new Cast();
  const { workspace, store, env, home } = cast.place;
  console.log(`A scripted agent works in ${workspace}; .watch-rules.json there says when to stop it.\n`);
  let postmortem: string | undefined;
  try {
    await untilSignal(async () => {
      const watcher = cast.startWatcher();
      const agent = cast.startAgent(BRISK);
      await cast.ruleDone(agent, 'pause');
      await sleep(PAUSED_FOR_MS);
      const resumed = spawnSync(process.execPath, [CLI, 'resume', agent.sessionId], {
        cwd: workspace,
        env,
        encoding: 'utf8',
      });
      if (resumed.status !== 0) throw new Error(`agent-trace resume: ${resumed.stderr}`);
      await cast.ruleDone(agent, 'kill');
      if (!keep) return;
      console.error(`\nThe watcher goes on; stop it with Ctrl+C. In another terminal:\n  cd ${workspace}`);
      console.error(`  export AGENT_TRACE_RUNTIME_DIR=${env['AGENT_TRACE_RUNTIME_DIR']}\n  node ${CLI} list`);
      console.error(`  node ${CLI} run -- bash    # a session of your own to pause and kill`);
      await new Promise<void>((resolve) => watcher.once('close', () => resolve()));
    });
  } finally {
    await cast.end();
    const file = existsSync(store) ? readdirSync(store).find((name) => /^postmortem-.*\.md$/.test(name)) : undefined;
    postmortem = file && readFileSync(path.join(store, file), 'utf8');
    if (keep) console.log(`Left behind: ${home}`);
    else cast.place.remove();
  }
  if (postmortem === undefined) throw new Error('no postmortem was written');
  console.log(`\n${postmortem}`);
}
