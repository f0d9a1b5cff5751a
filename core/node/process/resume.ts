import { sameProcess } from '../../common/process/process-identity.ts';
import { named, processes, reasons } from './phrases.ts';
import type { ControlReport } from './process-control.ts';
import type { ProcessInfo } from './process-table.ts';
import { isBackgroundJob, TYPE_FG } from './terminal-effect.ts';
import type { TreeOperation } from './tree-operation.ts';
import { isRefusal, meansEnded, type Refusal, readLiving } from './verify.ts';

const CONTINUE_MS = 2000;
const LOOK_MS = 2;

/**
 * Continues what `pause` stopped, children first, the agent last. Without a list of it (something else stopped the
 * agent, or the runtime folder was emptied) every stopped member of the tree.
 */
export async function resume(operation: TreeOperation): Promise<ControlReport> {
  const { target, table, timing, signals, lists } = operation;
  const agent = signals.verify(target.process);
  if (isRefusal(agent)) return operation.report('refused', agent.reason, leftStopped(operation));

  const list = lists.read(target.process);
  const members = list ?? operation.scan().flat();
  const children = members.filter((member) => !sameProcess(member, target.process)).reverse();
  const continued: ProcessInfo[] = [];
  const refused: Refusal[] = [];
  for (const member of [...children, agent]) {
    const result = signals.send(member, 'SIGCONT', isStopped);
    if (!isRefusal(result)) {
      if (isStopped(result)) continued.push(result);
    } else if (!meansEnded(result)) refused.push(result);
  }

  let stopped: readonly ProcessInfo[] = continued;
  for (const end = timing.now() + CONTINUE_MS; ; await timing.sleep(LOOK_MS)) {
    stopped = stopped.filter((member) => readLiving(table, member)?.state === 'stopped');
    if (stopped.length === 0 || timing.now() > end) break;
  }

  const terminal = isBackgroundJob(table, agent) && TYPE_FG;
  if (stopped.length > 0 || refused.length > 0) {
    return operation.report(
      'partial',
      stopped.length > 0 && `still stopped: ${named(stopped)}`,
      refused.length > 0 && `not continued: ${reasons(refused)}`,
      terminal,
    );
  }
  const wasHeld = lists.isHeld(target.process);
  lists.remove(target.process);
  const others = list ? operation.scan().flat().filter(isStopped) : [];
  return operation.report(
    'done',
    wasHeld && "the agent's calls run again",
    continued.length > 0 ? `${processes(continued.length)} continued` : !wasHeld && 'there was nothing to continue',
    others.length > 0 && `left as it was, since something else stopped it: ${named(others)}`,
    terminal,
  );
}

function isStopped(info: ProcessInfo): boolean {
  return info.state === 'stopped';
}

/** Processes of an ended agent that nobody would ever continue. */
function leftStopped({ target, table, lists }: TreeOperation): string | false {
  const left = (lists.read(target.process) ?? []).filter((member) => readLiving(table, member)?.state === 'stopped');
  return left.length > 0 && `${processes(left.length)} it left behind are stopped; \`agent-trace kill\` ends them`;
}
