import { spawn } from 'node:child_process';

/** Of the tools that measure a process: GNU time. */
export const TIME_TOOLS = ['time'];

/** What a process took, its children included. */
export interface TimedRun {
  /** Seconds. */
  readonly wall: number;
  /** Seconds of all cores, the system's for it included. */
  readonly cpu: number;
  /** Megabytes that it had at most. */
  readonly memory: number;
  readonly stdout: string;
}

/** Runs a program to its end; `home`: its home folder. Throws when it fails. */
export async function timedRun([program = '', ...args]: readonly string[], home: string): Promise<TimedRun> {
  const started = performance.now();
  const child = spawn('/usr/bin/time', ['-f', '%M %U %S', program, ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, said] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      const wall = (performance.now() - started) / 1000;
      const [kilobytes = 0, user = 0, system = 0] = said.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
      if (code === 0) resolve({ wall, cpu: user + system, memory: (kilobytes * 1024) / 1e6, stdout });
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${said}`));
    });
  });
}

/** Of several runs the shortest times, and the most memory. */
export function bestOf(runs: readonly TimedRun[]): Omit<TimedRun, 'stdout'> {
  return {
    wall: Math.min(...runs.map(({ wall }) => wall)),
    cpu: Math.min(...runs.map(({ cpu }) => cpu)),
    memory: Math.max(...runs.map(({ memory }) => memory)),
  };
}
