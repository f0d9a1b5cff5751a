/**
 * What the hook costs an agent, beside a bare `node -e 0` on the machine's own Node, without rules and guarded, and what
 * a watcher's answer takes. `node scripts/bench-hook.ts [--rounds N] [--node PATH] [--hook BUNDLE]`.
 */
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answerFigures, hookFigures } from './bench/hook-figures.ts';
import { HookWorkspaces } from './bench/hook-workspaces.ts';
import { benchOptions } from './bench/options.ts';
import { report } from './bench/report.ts';
import { RUNS_A_BATCH, takeTurns } from './bench/take-turns.ts';
import { build } from './build.ts';
import { machineNode } from './machine-node.ts';

const {
  rounds,
  node,
  hook: given,
  ...mode
} = benchOptions({ rounds: [40, 1] }, { node: { type: 'string', default: machineNode() }, hook: { type: 'string' } });
if (given === undefined) await build();
const built = path.resolve(given ?? path.join(import.meta.dirname, '..', 'dist', 'hook.cjs'));
const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'agent-trace-bench-')));
try {
  // Below the folder that is their home here hooks are safe to call, wherever this checkout is.
  const dist = path.join(folder, 'dist');
  cpSync(path.dirname(built), dist, { recursive: true });
  const hook = path.join(dist, path.basename(built));
  const workspaces = new HookWorkspaces(folder, node);
  const contestants = workspaces.contestants(hook);
  const endWatcher = await workspaces.startWatcher(hook);
  const rows = takeTurns(contestants, rounds, workspaces.transcript);
  const runs = rounds * RUNS_A_BATCH;
  const answer = await workspaces.answer(runs);
  endWatcher();
  const figures = [...hookFigures(rows), ...answerFigures(answer)];
  report({ figures, node: workspaces.nodeVersion(), runs, rows }, mode);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
