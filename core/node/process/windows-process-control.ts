import type { SignalledProcess } from '../../common/protocol/alert.ts';
import type { Timing } from './freeze.ts';
import { named, processes } from './phrases.ts';
import type { ControlReport, KillOptions, ProcessControl, Target } from './process-control.ts';
import { processSnapshot } from './process-snapshot.ts';
import type { ProcessInfo, ProcessTable } from './process-table.ts';
import { readTree } from './tree.ts';
import { isRefusal, readLiving, type Self, verify } from './verify.ts';

/** Runs `taskkill` with these arguments; true when it succeeded. */
export type RunTaskkill = (args: readonly string[]) => Promise<boolean>;

export interface WindowsSurroundings {
  readonly table: ProcessTable;
  readonly self: Self;
  readonly timing: Timing;
  readonly taskkill: RunTaskkill;
}

const GRACE_MS = 5000;
const GONE_MS = 3000;
const LOOK_MS = 250;
const CANNOT_FREEZE = 'Windows cannot freeze processes: nothing was paused or continued; `agent-trace kill` works';

/**
 * Process control on Windows: trees are ended with `taskkill`, nothing can be frozen. The members are chosen here and
 * not by `taskkill /T`: that follows links to parents whose pid may have passed to another process.
 */
export class WindowsProcessControl implements ProcessControl {
  readonly #surroundings: WindowsSurroundings;

  constructor(surroundings: WindowsSurroundings) {
    this.#surroundings = surroundings;
  }

  async pause(): Promise<ControlReport> {
    return { result: 'failed', reason: CANNOT_FREEZE, signalled: [] };
  }

  async resume(): Promise<ControlReport> {
    return { result: 'failed', reason: CANNOT_FREEZE, signalled: [] };
  }

  async kill(target: Target, { graceMs = GRACE_MS, atOnce = false }: KillOptions = {}): Promise<ControlReport> {
    const { self, timing, table, taskkill } = this.#surroundings;
    const start = timing.now();
    const seen = processSnapshot(table);
    const agent = verify(seen, target.process, self);
    if (isRefusal(agent)) return { result: 'refused', reason: agent.reason, signalled: [] };
    const before = readTree(seen, target, self).flat();

    const firstSignalMs = timing.now() - start;
    // A program without a window cannot be asked: taskkill fails at once then, and there is nothing to wait for.
    const asked = !atOnce && (await taskkill(['/PID', String(agent.pid)]));
    if (asked) await this.#untilGone([agent], graceMs);

    const now = processSnapshot(table);
    const members = readTree(now, target, self, before).flat();
    const doomed = members.filter((member) => !isRefusal(verify(now, member, self)));
    if (doomed.length > 0) await taskkill(['/F', ...doomed.flatMap(({ pid }) => ['/PID', String(pid)])]);
    const left = await this.#untilGone(members, GONE_MS);

    const signalled = [agent, ...doomed.filter(({ pid }) => pid !== agent.pid)].map(
      (member): SignalledProcess => ({
        pid: member.pid,
        name: member.name,
        signals: [
          ...(member === agent && !atOnce ? ['taskkill'] : []),
          ...(doomed.some(({ pid }) => pid === member.pid) ? ['taskkill /F'] : []),
        ],
        state: left.some(({ pid }) => pid === member.pid) ? 'running' : 'gone',
      }),
    );
    return left.length === 0
      ? { result: 'done', reason: `${processes(signalled.length)} ended`, signalled, firstSignalMs }
      : { result: 'partial', reason: `still alive: ${named(left)}`, signalled, firstSignalMs };
  }

  /** Those that are still there when the time is over. */
  async #untilGone(members: readonly ProcessInfo[], limitMs: number): Promise<readonly ProcessInfo[]> {
    const { timing, table } = this.#surroundings;
    for (const end = timing.now() + limitMs; ; await timing.sleep(LOOK_MS)) {
      const now = processSnapshot(table);
      const left = members.filter((member) => readLiving(now, member));
      if (left.length === 0 || timing.now() > end) return left;
    }
  }
}
