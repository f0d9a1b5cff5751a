/**
 * `npm start`: builds, then shows the whole loop in this terminal. A scripted agent works in a demonstration workspace,
 * the watcher follows it, pauses it by one rule and kills it by another. `--keep` stays for playing.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from './build.ts';
import { root } from './steps.ts';

const PAUSED_FOR_MS = 2_500;
const DEADLINE_MS = 120_000;

const RULES = {
  rules: [
    { name: 'many files', condition: 'files_modified > 3', action: 'pause', notify: 'have a look at the diff' },
    { name: 'no rm -rf', condition: 'command matches "rm -rf *"', action: 'kill' },
    { name: 'budget', condition: 'cost_usd > 0.10', action: 'alert' },
  ],
};

const keep = process.argv.includes('--keep');
await build();

const home = mkdtempSync(path.join(os.tmpdir(), 'agent-trace-demo-'));
const workspace = path.join(home, 'workspace');
const store = path.join(workspace, '.agent-traces');
// A home of its own: the demonstration is to follow neither the user's rules nor post to a webhook.
const env = { ...process.env, HOME: home, AGENT_TRACE_RUNTIME_DIR: path.join(home, 'run'), AGENT_TRACE_DIR: store };
const cli = path.join(root, 'dist/agent-trace.cjs');
mkdirSync(workspace);
writeFileSync(path.join(workspace, 'greeting.js'), "console.log('Hello, world!');\n");
writeFileSync(path.join(workspace, '.watch-rules.json'), `${JSON.stringify(RULES, null, 2)}\n`);

console.log(`A scripted agent works in ${workspace}; .watch-rules.json there says when to stop it.\n`);
const watch = spawn(process.execPath, [cli, 'watch'], { cwd: workspace, env, stdio: 'inherit' });
const watchEnded = new Promise<void>((resolve) => watch.once('close', () => resolve()));
const agent = spawn(
  process.execPath,
  [path.join(root, 'scripts/demo/agent.ts'), workspace, path.join(root, 'dist/hook.cjs')],
  {
    cwd: workspace,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  },
);
const agentEnded = new Promise<void>((resolve) => agent.once('close', () => resolve()));

let failure: string | undefined;
try {
  await outcome('pause');
  await sleep(PAUSED_FOR_MS);
  const resumed = spawnSync(process.execPath, [cli, 'resume', `demo-${agent.pid}`], {
    cwd: workspace,
    env,
    encoding: 'utf8',
  });
  if (resumed.status !== 0) throw new Error(`resume: ${resumed.stderr}`);
  await outcome('kill');
  await agentEnded;
  if (keep) {
    console.error(`\nThe watcher goes on; stop it with Ctrl+C. In another terminal:\n  cd ${workspace}`);
    console.error(`  export AGENT_TRACE_RUNTIME_DIR=${env.AGENT_TRACE_RUNTIME_DIR}\n  node ${cli} list`);
    console.error(`  node ${cli} run -- bash    # a session of your own to pause and kill`);
    await watchEnded;
  }
} catch (error) {
  // Told when the watcher has given the terminal back.
  failure = error instanceof Error ? error.message : String(error);
} finally {
  watch.kill('SIGINT');
  agent.kill('SIGKILL');
  await watchEnded;
}
const postmortem = existsSync(store) ? readdirSync(store).find((name) => /^postmortem-.*\.md$/.test(name)) : undefined;
if (postmortem) console.log(`\n${readFileSync(path.join(store, postmortem), 'utf8')}`);
failure ??= postmortem ? undefined : 'no postmortem was written';
if (failure) console.error(`demonstration failed: ${failure}`);
if (keep) console.log(`Left behind: ${home}`);
else rmSync(home, { recursive: true, force: true });
process.exit(failure ? 1 : 0);

/** Waits until the watcher reports that it is done with an action. */
async function outcome(action: 'pause' | 'kill'): Promise<void> {
  const log = path.join(store, 'alerts.ndjson');
  for (const end = Date.now() + DEADLINE_MS; Date.now() < end; await sleep(50)) {
    if (watch.exitCode !== null) throw new Error(`the watcher ended with status ${watch.exitCode}`);
    const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').filter(Boolean) : [];
    const alerts = lines.map(
      (line) => JSON.parse(line) as { type: string; action: string; result?: string; reason?: string },
    );
    const of = (type: string) => alerts.find((alert) => alert.type === type && alert.action === action);
    const outcome = of('outcome');
    if (outcome?.result === 'done') return;
    if (outcome) throw new Error(`${action}: ${outcome.result}: ${outcome.reason}`);
    // Being killed, it is gone before the outcome is known.
    if (agent.exitCode !== null && !of('decision')) throw new Error(`the agent ended before a rule said ${action}`);
  }
  throw new Error(`no outcome for ${action}`);
}
