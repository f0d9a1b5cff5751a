import { type ChildProcess, spawn } from 'node:child_process';
import { memoryMb, processorSeconds } from '../bench/process-usage.ts';
import { nowUs } from '../bench/running-clock.ts';

/** A program that follows sessions and prints what it sees of them, `probe@N` in it. */
export class Follower {
  /** Milliseconds from each append to the line about it. */
  readonly lateness: number[] = [];
  private readonly child: ChildProcess;
  private said = '';
  private rest = '';
  private processorBefore = 0;

  /** `args`: for Node. */
  constructor(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => this.hear(text));
  }

  /** It has read what there is. */
  get isReady(): boolean {
    return this.said.includes('watching ');
  }

  /** Processor time is counted from here on. */
  begin(): void {
    this.processorBefore = processorSeconds(this.pid);
  }

  /** Seconds of the processor since `begin`. */
  get processor(): number {
    return processorSeconds(this.pid) - this.processorBefore;
  }

  /** The most that it had, MB. */
  get memory(): number {
    return memoryMb(this.pid).most;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private get pid(): number {
    return this.child.pid as number;
  }

  private hear(text: string): void {
    const now = nowUs();
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      const at = /probe@(\d+)/.exec(line)?.[1];
      if (at === undefined) this.said += line;
      else this.lateness.push((now - Number(at)) / 1000);
    }
  }
}
