import { kill } from './kill.ts';
import { pause } from './pause.ts';
import type { ControlReport, KillOptions, PauseOptions, ProcessControl, Target } from './process-control.ts';
import { resume } from './resume.ts';
import { type Surroundings, TreeOperation } from './tree-operation.ts';

const GRACE_MS = 5000;

/**
 * Process control by POSIX signals (Linux, macOS). Operations on one process run one after another: a resume must not
 * continue what a kill has just frozen. The first signal of an operation that need not wait is sent before the call
 * returns.
 */
export class PosixProcessControl implements ProcessControl {
  readonly #surroundings: Surroundings;
  readonly #latest = new Map<number, Promise<ControlReport>>();

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  pause(target: Target, { holdsCalls = false }: PauseOptions = {}): Promise<ControlReport> {
    return this.#run(target, (operation) => pause(operation, holdsCalls));
  }

  resume(target: Target): Promise<ControlReport> {
    return this.#run(target, resume);
  }

  kill(target: Target, { graceMs = GRACE_MS, atOnce = false }: KillOptions = {}): Promise<ControlReport> {
    const grace = Number.isFinite(graceMs) && graceMs >= 0 ? graceMs : GRACE_MS;
    return this.#run(target, (operation) => kill(operation, grace, atOnce));
  }

  #run(target: Target, work: (operation: TreeOperation) => Promise<ControlReport>): Promise<ControlReport> {
    const { pid } = target.process;
    const operation = new TreeOperation(this.#surroundings, target);
    const guarded = (): Promise<ControlReport> =>
      work(operation).catch((error: unknown) => operation.report('failed', String(error)));
    const previous = this.#latest.get(pid);
    const current = previous ? previous.then(guarded) : guarded();
    this.#latest.set(pid, current);
    return current.finally(() => {
      if (this.#latest.get(pid) === current) this.#latest.delete(pid);
    });
  }
}
