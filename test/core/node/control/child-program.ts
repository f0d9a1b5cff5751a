import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { waitFor } from '../../../../scripts/wait-for.ts';

/** A program of this folder in a process of its own, told by lines and heard by lines. */
export class ChildProgram {
  private readonly child: ChildProcess;
  private readonly lines: string[] = [];

  constructor(file: string, args: readonly string[]) {
    this.child = spawn(process.execPath, [join(import.meta.dirname, file), ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (!this.child.stdout) throw new Error('no stdout');
    createInterface({ input: this.child.stdout }).on('line', (line) => this.lines.push(line));
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  tell(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  /** The next line not yet heard. */
  async hear(): Promise<string> {
    await waitFor(`a line of process ${this.pid}`, () => this.lines.length > 0);
    return this.lines.shift() ?? '';
  }

  /** SIGKILL; returns when it is gone and reaped. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }
}
