import { spawn } from 'node:child_process';
import path from 'node:path';
import { errorText } from '../core/common/error-text.ts';

/** Root of the checkout. */
export const root = path.dirname(import.meta.dirname);

export interface Step {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

/** Runs one program in the checkout; fails with the command's own words when it does. `stdout`: what becomes of its output. */
export async function command(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  stdout: 'inherit' | 'ignore' = 'inherit',
): Promise<void> {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', stdout, 'inherit'],
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve([code, signal]));
  });
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')}: ${signal ?? `exit status ${code}`}`);
}

/** Runs steps in order, says how long each took, stops at the first that fails. Gives the process's exit status. */
export async function runSteps(steps: readonly Step[]): Promise<number> {
  const started = Date.now();
  const seconds = (since: number) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
  for (const step of steps) {
    const at = Date.now();
    console.log(`\n== ${step.name}`);
    try {
      await step.run();
    } catch (error) {
      console.error(`\nFAILED: ${step.name} (${seconds(at)}): ${errorText(error)}`);
      return 1;
    }
    console.log(`ok: ${step.name} (${seconds(at)})`);
  }
  console.log(`\nall ${steps.length} steps passed in ${seconds(started)}`);
  return 0;
}
