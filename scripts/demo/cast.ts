import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Outcome } from '../../core/common/protocol/alert.ts';
import { AlertLog } from '../../core/node/alerts/alert-log.ts';
import { processesWith } from '../observed-process.ts';
import { root } from '../steps.ts';
import { waitFor } from '../wait-for.ts';
import { createDemoPlace, type DemoPlace, resetWorkspace } from './workspace.ts';

/** Path of the bundled command line. */
export const CLI = path.join(root, 'dist/agent-trace.cjs');

export interface Pace {
  /** Milliseconds of one thought. */
  readonly paceMs: number;
  /** Rounds of work on the tests: what makes the story long. */
  readonly rounds: number;
}

/** For people who watch; for a window that must see it before the first rule is broken; for no one who waits. */
export const UNHURRIED: Pace = { paceMs: 1800, rounds: 12 };
export const STEADY: Pace = { paceMs: 700, rounds: 2 };
export const BRISK: Pace = { paceMs: 300, rounds: 1 };

export interface RunningAgent {
  readonly sessionId: string;
  readonly process: ChildProcess;
}

const OUTCOME_MS = 120_000;

/** Watcher and agent of a demonstration in a workspace of its own. */
export class Cast {
  readonly place: DemoPlace = createDemoPlace();
  private readonly log = new AlertLog(this.place.store);
  private readonly children: ChildProcess[] = [];
  private watcher: ChildProcess | undefined;

  /** Starts `agent-trace watch`, with the terminal unless it is told otherwise. */
  startWatcher(stdio: StdioOptions = ['ignore', 'inherit', 'inherit']): ChildProcess {
    const { workspace, env } = this.place;
    this.watcher = spawn(process.execPath, [CLI, 'watch'], { cwd: workspace, env, stdio });
    return this.watcher;
  }

  startAgent({ paceMs, rounds }: Pace): RunningAgent {
    const { workspace, env } = this.place;
    resetWorkspace(workspace);
    const sessionId = randomUUID();
    const script = path.join(root, 'scripts/demo/agent.ts');
    const args = [script, workspace, path.join(root, 'dist/hook.cjs'), sessionId, `${paceMs}`, `${rounds}`];
    const child = spawn(process.execPath, args, { cwd: workspace, env, stdio: ['ignore', 'ignore', 'inherit'] });
    this.children.push(child);
    return { sessionId, process: child };
  }

  /** Resolves when the watcher has stopped or ended an agent as a rule said; fails when that did not work. */
  async ruleDone(agent: RunningAgent, action: 'pause' | 'kill'): Promise<Outcome> {
    const decided = () => this.log.read().filter((alert) => alert.session_id === agent.sessionId && alert.rule !== '');
    const outcome = await waitFor(
      `a rule to ${action} the agent`,
      () => {
        if (this.watcher && hasEnded(this.watcher))
          throw new Error(`the watcher ended with exit status ${this.watcher.exitCode}`);
        const alerts = decided().filter((alert) => alert.action === action);
        const outcome = alerts.find((alert) => alert.type === 'outcome');
        if (outcome) return outcome;
        // Being killed, it is gone before the outcome is known.
        if (hasEnded(agent.process) && alerts.length === 0)
          throw new Error(`the agent ended before a rule said ${action}`);
        return undefined;
      },
      OUTCOME_MS,
    );
    if (outcome.result !== 'done') throw new Error(`${action}: ${outcome.result}: ${outcome.reason}`);
    return outcome;
  }

  /** What the user asked for is done to this agent, and no rule has said anything yet. */
  doneByUser({ sessionId }: RunningAgent, action: 'pause' | 'resume'): boolean {
    const alerts = this.log.read().filter((alert) => alert.session_id === sessionId);
    if (alerts.some(({ rule }) => rule !== '')) throw new Error(`a rule came before the user's ${action}`);
    return alerts.some((alert) => alert.type === 'outcome' && alert.action === action && alert.result === 'done');
  }

  /** Ends the agents, then the watcher, which gives the terminal back, and all that they have started. */
  async end(): Promise<void> {
    for (const child of this.children) await end(child, 'SIGKILL');
    if (this.watcher) await end(this.watcher, 'SIGINT');
    // Commands of an agent are in sessions of their own. Elsewhere than on Linux they end by themselves.
    if (process.platform !== 'linux') return;
    for (const { pid } of processesWith('AGENT_TRACE_DIR', this.place.store)) kill(pid);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  await ended;
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
