import { isRunning } from './freeze.ts';
import { named, processes, reasons } from './phrases.ts';
import type { ControlReport } from './process-control.ts';
import type { ProcessInfo } from './process-table.ts';
import { isForegroundJob } from './terminal-effect.ts';
import type { TreeOperation } from './tree-operation.ts';
import { isRefusal, meansEnded, type Refusal, readLiving } from './verify.ts';

/** Between two looks while the agent closes. */
const LOOK_MS = 15;
/** How often an agent that is stopped again while it closes is continued. */
const CONTINUES = 3;
/** For a killed process to be gone; longer only in a disk wait. */
const GONE_MS = 500;
/** Where a freeze that does not come to its end must not hold up the rest. */
const SHORT_FREEZE_MS = 300;
const END_MS = 3000;

/**
 * Freezes the tree, lets the agent alone close its session (SIGTERM, SIGCONT), and when it is gone or the grace is over
 * ends with SIGKILL whatever is left of the tree. An agent that ignores SIGTERM gets no grace, and neither does one that
 * is to be ended `atOnce`.
 *
 * The foreground job of an interactive shell is not stopped itself, only what it started: its shell would take the
 * terminal back at the stop, and an agent cannot restore the terminal's settings from the background.
 */
export async function kill(operation: TreeOperation, graceMs: number, atOnce = false): Promise<ControlReport> {
  const { target, table, signals } = operation;
  const agent = signals.verify(target.process);
  if (isRefusal(agent)) return killLeftovers(operation, agent);
  const deaf = !atOnce && table.ignoresTerm(agent.pid);
  const unasked = atOnce || deaf;
  if (!unasked && isRunning(agent) && isForegroundJob(table, agent)) {
    operation.recall();
    // Before SIGTERM, so that the hooks which the agent starts for its end are not among the stopped.
    await operation.freeze({ spare: agent, limitMs: SHORT_FREEZE_MS });
    const asked = signals.send(agent, 'SIGTERM');
    if (isRefusal(asked)) return killLeftovers(operation, asked);
  } else {
    const stopped = signals.send(agent, 'SIGSTOP', isRunning);
    if (isRefusal(stopped)) return killLeftovers(operation, stopped);
    operation.recall();
    operation.willStop([agent]);
    await operation.freeze({ awaiting: [stopped] });
    if (!unasked) {
      signals.send(agent, 'SIGTERM');
      signals.send(agent, 'SIGCONT');
    }
  }
  const how = unasked
    ? `the agent ${deaf ? 'ignores SIGTERM' : 'could not be told that its call must not run'} and was ended with SIGKILL`
    : await whileClosing(operation, agent, graceMs);
  const problem = await endAll(operation);
  const ended = signals.signalled().filter(({ state }) => state === 'gone').length;
  return operation.report(problem ? 'partial' : 'done', `${processes(ended)} ended`, how, problem);
}

/**
 * The agent is gone already: what it left behind is ended as far as it is known, by the list of what was frozen and by
 * the session's mark. Nothing is signalled when the identity is refused for any other reason.
 */
async function killLeftovers(operation: TreeOperation, refusal: Refusal): Promise<ControlReport> {
  if (!meansEnded(refusal)) return operation.report('refused', refusal.reason);
  operation.recall();
  if (operation.scan().flat().length === 0) return operation.report('refused', refusal.reason);
  const problem = await endAll(operation);
  return problem
    ? operation.report('partial', refusal.reason, `of what it had left behind, ${problem}`)
    : operation.report('done', refusal.reason, 'what it had left behind was ended');
}

/**
 * How the agent took SIGTERM. What it starts meanwhile (hooks of its own) runs as long as the agent itself. Stopped
 * again, it cannot close: a background job that touches its terminal's settings is, however often it is continued.
 */
async function whileClosing(operation: TreeOperation, agent: ProcessInfo, graceMs: number): Promise<string> {
  const { table, timing, signals } = operation;
  let continued = 0;
  for (const start = timing.now(); ; await timing.sleep(LOOK_MS)) {
    const ms = timing.now() - start;
    const info = readLiving(table, agent);
    if (!info) return `the agent closed by itself within ${Math.ceil(ms)} ms of SIGTERM`;
    if (ms >= graceMs) return `the agent did not close within ${graceMs} ms and was ended with SIGKILL`;
    if (info.state === 'stopped') {
      if (continued++ >= CONTINUES) return 'its terminal kept the agent from closing, so it was ended with SIGKILL';
      signals.send(agent, 'SIGCONT');
    }
    operation.scan();
  }
}

/** Ends every member that is left. Stopped first, none of them can start another. Gives what could not be ended. */
async function endAll(operation: TreeOperation): Promise<string | undefined> {
  const { target, timing, signals, lists } = operation;
  for (const end = timing.now() + END_MS; ; ) {
    await operation.freeze({ limitMs: SHORT_FREEZE_MS });
    const left = operation.scan().flat();
    if (left.length === 0) {
      lists.remove(target.process);
      return undefined;
    }
    if (timing.now() > end) return `still alive: ${named(left)}`;
    const refused = left
      .map((member) => signals.send(member, 'SIGKILL'))
      .filter(isRefusal)
      .filter((refusal) => !meansEnded(refusal));
    if (refused.length === left.length) return `not ended: ${reasons(refused)}`;
    await untilGone(operation, left);
  }
}

async function untilGone({ table, timing }: TreeOperation, members: readonly ProcessInfo[]): Promise<void> {
  for (const end = timing.now() + GONE_MS; timing.now() <= end; await timing.sleep(1)) {
    if (!members.some((member) => readLiving(table, member))) return;
  }
}
