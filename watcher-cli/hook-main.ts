/**
 * `dist/hook.cjs`: records one payload of an agent's hook. Always ends with exit status 0 and says nothing on stdout,
 * which the agent would read; a problem is one line on stderr and in `hook.log`. Started at every step of the agent, so
 * nothing may be imported here that a bare Node has not loaded already.
 */
import { writeSync } from 'node:fs';
import { runtimeDir } from '../core/node/runtime-dir.ts';
import { logHookProblem } from '../core/node/store/hook-log.ts';
import type { HookHost } from './hook/hook-host.ts';
import { readStdin } from './hook/read-stdin.ts';
import { recordHook } from './hook/record-hook.ts';

function main(): void {
  const host: HookHost = {
    env: process.env,
    args: process.argv.slice(2),
    pid: process.pid,
    cwd: process.cwd(),
    now: Date.now() / 1000,
    newId: randomId,
  };
  const problems = recordHook(readStdin().toString('utf8'), host);
  if (problems.length > 0) report(problems.join('; '));
}

/** 64 random bits as hex. Not from `node:crypto`, whose loading would cost more than all the rest. */
function randomId(): string {
  const word = (): string => ((Math.random() * 2 ** 32) >>> 0).toString(16).padStart(8, '0');
  return word() + word();
}

function report(text: string): void {
  try {
    writeSync(2, `agent-trace hook: ${text}\n`);
  } catch {
    // Nobody listens.
  }
  try {
    logHookProblem(runtimeDir(process.env), new Date(), text);
  } catch {
    // There is nowhere left to say it.
  }
}

try {
  main();
} catch (error) {
  report(error instanceof Error ? error.message : String(error));
}
