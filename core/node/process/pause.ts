import { isRunning, type Unfrozen } from './freeze.ts';
import { named, processes, reasons } from './phrases.ts';
import type { ControlReport } from './process-control.ts';
import type { ProcessInfo } from './process-table.ts';
import { HELD, isForegroundJob, SHELL_TAKES_TERMINAL } from './terminal-effect.ts';
import type { TreeOperation } from './tree-operation.ts';
import { isRefusal, readLiving } from './verify.ts';

/**
 * Stops the agent at once, then all it started. What is stopped already gets no signal. Where its calls are held, the
 * foreground job of an interactive shell is not stopped itself: its shell would take the terminal back.
 */
export async function pause(operation: TreeOperation, holdsCalls = false): Promise<ControlReport> {
  const { target, table, signals } = operation;
  const held = holdsCalls ? signals.verify(target.process) : undefined;
  if (held && !isRefusal(held) && isRunning(held) && isForegroundJob(table, held)) return hold(operation, held);
  const agent = signals.send(target.process, 'SIGSTOP', isRunning);
  if (isRefusal(agent)) return operation.report('refused', agent.reason);
  const job = isForegroundJob(table, agent);
  operation.recall();
  operation.willStop([agent]);
  const unfrozen = await operation.freeze({ awaiting: [agent] });

  const stopped = signals.signalled().filter(({ state }) => state === 'stopped').length;
  if (!readLiving(table, target.process)) {
    return operation.report('partial', 'the agent ended while it was being stopped', whatIsLeft(stopped));
  }
  const terminal = job && SHELL_TAKES_TERMINAL;
  const problem = whatRuns(unfrozen);
  if (problem) return operation.report('partial', `${processes(stopped)} stopped`, problem, terminal);
  if (signals.firstSignalMs === undefined) return operation.report('done', 'it was stopped already');
  return operation.report('done', `${processes(stopped)} stopped`, terminal);
}

/** Stops what the agent has started, and leaves it to wait at its next call, with its terminal. */
async function hold(operation: TreeOperation, agent: ProcessInfo): Promise<ControlReport> {
  const { signals } = operation;
  operation.recall();
  operation.willHold();
  const unfrozen = await operation.freeze({ spare: agent });
  const stopped = signals.signalled().filter(({ state }) => state === 'stopped').length;
  const problem = whatRuns(unfrozen);
  return operation.report(
    problem ? 'partial' : 'done',
    HELD,
    `${processes(stopped)} that it started stopped`,
    problem !== '' && problem,
  );
}

function whatIsLeft(stopped: number): string | false {
  return stopped > 0 && `${processes(stopped)} it left behind stay stopped; \`agent-trace kill\` ends them`;
}

/** What of a tree could not be stopped, empty when nothing. */
function whatRuns({ running, refused, growing }: Unfrozen): string {
  return [
    running.length > 0 && `sent SIGSTOP but not seen stopped: ${named(running)}`,
    refused.length > 0 && `still running: ${reasons(refused)}`,
    growing && 'it starts new processes faster than they can be stopped',
  ]
    .filter(Boolean)
    .join('; ');
}
