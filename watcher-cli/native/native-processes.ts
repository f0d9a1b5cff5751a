import { statSync } from 'node:fs';
import type { NativeAgent, NativeProcess } from '../../core/node/adapters/native-agent.ts';
import { registerNative, runningProcess, worksIn } from '../../core/node/adapters/native-process.ts';
import type { ProcessTable } from '../../core/node/process/process-table.ts';
import type { IssuesOnce } from './issues-once.ts';

export interface NativeProcessesOptions {
  /** Real path of the store. */
  readonly store: string;
  /** Real path of the folder whose sessions count. */
  readonly workspace: string;
  readonly runtimeDir: string;
  readonly table: ProcessTable;
  /** Unix seconds. */
  readonly now: () => number;
  readonly issues: IssuesOnce;
  /** A process runs the session. */
  readonly onRunning: (agent: NativeAgent, said: NativeProcess) => void;
  /** The agent took its word back that the process runs the session: it ended by itself. */
  readonly onExit: (said: NativeProcess) => void;
}

/** Which process runs which session of a workspace, as agents say in files of their own. */
export class NativeProcesses {
  private readonly options: NativeProcessesOptions;
  /** By the file that says so. */
  private readonly said = new Map<string, NativeProcess>();

  constructor(options: NativeProcessesOptions) {
    this.options = options;
  }

  /** The file may have changed. */
  look(agent: NativeAgent, path: string): void {
    const said = agent.processAt?.(path);
    const before = this.said.get(path);
    // A file that is being written is empty for a moment; one that is gone says that its process ended well.
    if (!said) {
      if (!before || statSync(path, { throwIfNoEntry: false })) return;
      this.said.delete(path);
      this.options.onExit(before);
    } else if (said.session !== before?.session || said.startTime !== before.startTime) {
      this.begin(agent, path, said);
    }
  }

  private begin(agent: NativeAgent, path: string, said: NativeProcess): void {
    const { workspace, store, runtimeDir, table, now, issues, onRunning } = this.options;
    if (!worksIn(said, workspace) || !runningProcess(table, said)) return;
    this.said.set(path, said);
    issues.attempt(`the process of session ${said.session}`, () =>
      registerNative(said, { store, runtimeDir, table, agent: agent.name, now: now() }),
    );
    onRunning(agent, said);
  }
}
