import { writeSync } from 'node:fs';
import { runtimeDir } from '../../core/node/runtime-dir.ts';
import { logHookProblem } from '../../core/node/store/hook-log.ts';
import { readStdin } from './read-stdin.ts';
import { recordHook } from './record-hook.ts';

/**
 * Records the payload on stdin. Never throws and leaves the exit status alone; says nothing on stdout, which the agent
 * would read. A problem is one line on stderr and one in `hook.log` of the runtime folder. `args`: see `hookOptions`.
 */
export function runHook(args: readonly string[]): void {
  try {
    const problems = recordHook(readStdin().toString('utf8'), {
      env: process.env,
      args,
      pid: process.pid,
      cwd: process.cwd(),
      now: Date.now() / 1000,
      newId: randomId,
    });
    if (problems.length > 0) report(problems.join('; '));
  } catch (error) {
    report(error instanceof Error ? error.message : String(error));
  }
}

/** 64 random bits as hex. Not from `node:crypto`, whose loading costs more than all the rest of a hook. */
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
