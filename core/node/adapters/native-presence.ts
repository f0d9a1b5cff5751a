import { statSync } from 'node:fs';
import { join } from 'node:path';
import { QUIET_AFTER } from '../../common/session/session-phase.ts';
import { entriesOf } from '../entries-of.ts';
import type { ProcessTable } from '../process/process-table.ts';
import type { FolderWatch } from '../store-watcher/folder-watch.ts';
import { watchWhenThere } from '../store-watcher/watch-when-there.ts';
import { modifiedAt } from './modified-at.ts';
import type { NativeAgent, NativeEnv, NativeFile, NativeProcess } from './native-agent.ts';
import { NATIVE_AGENTS } from './native-agents.ts';
import { runningProcess, worksIn } from './native-process.ts';

export interface NativePresenceOptions {
  /** Real path of a folder. */
  readonly workspace: string;
  readonly env: NativeEnv;
  readonly table: ProcessTable;
  /** Unix seconds. */
  readonly now: () => number;
  /** A session of the folder seems to run that did not before. */
  readonly onActive: () => void;
  readonly onIssue: (message: string) => void;
}

/** Reads of a file (about a megabyte each) in which it should have said whose session it is. */
const MOST_READS = 4;

/**
 * Whether an agent works in a folder, told by its own files alone: it says so while it runs, or writes to a session of
 * that folder. Told by notifications; of other folders' sessions no more is read than whose they are, and once.
 */
export class NativePresence {
  private readonly options: NativePresenceOptions;
  private readonly watches: FolderWatch[] = [];
  private readonly processes = new Map<string, NativeProcess>();
  /** By path of the file. */
  private readonly ours = new Map<string, boolean>();
  /** Unix seconds. */
  private writtenAt = 0;
  /** What is found at first is asked for, not told. */
  private begun = false;

  constructor(options: NativePresenceOptions) {
    this.options = options;
    const { env, workspace, onIssue } = options;
    for (const agent of NATIVE_AGENTS) {
      const watch = (folder: string, onName: (path: string) => void): void => {
        const onEvent = (name: string | undefined): void => {
          const names = name === undefined ? entriesOf(folder).map((entry) => entry.name) : [name];
          const before = this.isActive;
          for (const each of names) onName(join(folder, each));
          if (!before && this.begun && this.isActive) this.options.onActive();
        };
        this.watches.push(watchWhenThere({ folder, onEvent, onIssue }));
      };
      for (const folder of agent.processFolders?.(env) ?? []) watch(folder, (path) => this.onProcess(agent, path));
      for (const folder of agent.folders(env, workspace)) watch(folder, (path) => this.onFile(agent, path));
    }
    this.begun = true;
  }

  /** An agent runs in the folder by its own word, or wrote there within the time after which silence counts as the end. */
  get isActive(): boolean {
    const { table, now } = this.options;
    if (now() - this.writtenAt < QUIET_AFTER) return true;
    return [...this.processes.values()].some((said) => runningProcess(table, said) !== undefined);
  }

  close(): void {
    for (const watch of this.watches) watch.close();
  }

  private onProcess(agent: NativeAgent, path: string): void {
    const said = agent.processAt?.(path);
    if (said && worksIn(said, this.options.workspace)) this.processes.set(path, said);
    else this.processes.delete(path);
  }

  private onFile(agent: NativeAgent, path: string): void {
    const file = agent.fileAt(path);
    if (!file || !statSync(path, { throwIfNoEntry: false })?.isFile()) return;
    const at = modifiedAt(path);
    if (this.options.now() - at >= QUIET_AFTER || at <= this.writtenAt) return;
    if (this.isOurs(agent, file)) this.writtenAt = at;
  }

  private isOurs(agent: NativeAgent, file: NativeFile): boolean {
    const known = this.ours.get(file.path);
    if (known !== undefined) return known;
    const source = agent.open(file, () => {});
    try {
      for (let reads = 0; reads < MOST_READS && source.read().more && source.facts.workspace === undefined; reads += 1);
      const { facts } = source;
      // One that has not said it yet is asked again when it has grown.
      if (facts.workspace === undefined) return false;
      const isOurs = worksIn(facts, this.options.workspace);
      this.ours.set(file.path, isOurs);
      return isOurs;
    } finally {
      source.close();
    }
  }
}
