import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { waitFor } from '../../../../scripts/wait-for.ts';

export interface Report {
  readonly sessions: number;
  readonly changed: readonly string[];
  readonly issues: readonly string[];
  readonly inotifyWatches: number;
  readonly timers: number;
}

/** `idle-watcher.ts` in a process of its own. */
export class WatcherProcess {
  readonly changes: string[] = [];
  private readonly child: ChildProcess;
  private reported: Report | undefined;

  /** `prefix`: a command that runs the rest of its arguments, such as `unshare`. */
  constructor(store: string, followed: readonly string[], prefix: readonly string[] = []) {
    const program = join(import.meta.dirname, 'idle-watcher.ts');
    const [command = '', ...args] = [...prefix, process.execPath, program, store, ...followed];
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!this.child.stdout) throw new Error('no stdout');
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as { change: string } | Report;
      if ('change' in said) this.changes.push(said.change);
      else this.reported = said;
    });
  }

  async report(): Promise<Report> {
    return waitFor('the report of the watcher', () => this.reported);
  }

  /** Ends it as it should end by itself: nothing it holds may keep it alive. */
  async end(): Promise<void> {
    this.child.stdin?.end();
    await waitFor('the watcher to end', () => this.child.exitCode !== null);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
